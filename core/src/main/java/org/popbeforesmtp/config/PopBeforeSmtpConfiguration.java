// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.RefusalTexts;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.policy.UserSet;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.Lifetime;

/** The settings in {@code conf/pop-before-smtp.properties}, checked as a whole. Immutable. */
public final class PopBeforeSmtpConfiguration {

    private static final Duration LONGEST_SESSION = Duration.ofDays(30);
    private static final String LIFETIME_MAX_RULE =
            "must be a number with a unit (m, h, d), not shorter than lifetime and at most 30d, such as 24h";
    private static final Duration YEAR = Duration.ofDays(365);
    private static final String RETENTION_RULE = "must be a number with a unit (h, d) from 1d to 3650d, such as 90d";
    private static final String RAMP_UP_RULE = "must be a number with a unit (h, d) from 1h to 365d, such as 14d";

    /** The keys that cannot change while James runs. */
    private static final Pattern OPENED_WITH = Pattern.compile("store|file\\.|redis\\.|drac\\.");

    /** All keys with the operator's value or the default. */
    private final SortedMap<String, String> inForce;

    private final Lifetime lifetime;
    private final StoreKind store;
    private final long maxGrants;
    private final String filePath;
    private final RedisSettings redis;
    private final PolicySettings policy;
    private final Duration usageRetention;
    private final OnStoreFailure onStoreFailure;
    private final RefusalTexts refusalTexts;
    private final Tokens manualTokens;
    private final DracSettings drac;

    private PopBeforeSmtpConfiguration(ConfigurationReader in, Map<String, String> jamesRedis) {
        lifetime = in.read("lifetime", "15m", Lifetime::parse);
        store = in.read("store", "file", Parsers.word(StoreKind.class));
        maxGrants = in.read("store.maxGrants", "1000000", Parsers.number(1, 1_000_000_000));
        filePath = in.read("file.path", "file://var/pop-before-smtp/grants.mv.db", Parsers::fileUrl);
        redis = RedisKeys.read(in, store == StoreKind.REDIS ? jamesRedis : Map.of());
        policy = PolicySettings.builder()
                .lifetime(lifetime)
                .lifetimeMax(in.read("lifetime.max", "24h", this::lifetimeMax))
                .sender(in.read("sender", "login", Parsers.word(SenderRule.class)))
                .maxUsersPerAddress(
                        Math.toIntExact(in.read("maxUsersPerAddress", "50", Parsers.number(0, Integer.MAX_VALUE))))
                .excluded(in.read("networks.excluded", "", PopBeforeSmtpConfiguration::networks))
                .only(in.read("networks.only", "", PopBeforeSmtpConfiguration::networks))
                .excludedUsers(in.read("users.excluded", "", PopBeforeSmtpConfiguration::users))
                .ipv6PrefixLength(Math.toIntExact(in.read("ipv6.prefixLength", "128", Parsers.number(48, 128))))
                .requireTls(in.read("login.requireTls", "false", Parsers::bool))
                .observing(in.read("mode", "relay", Parsers.word(Mode.class)) == Mode.OBSERVE)
                .recipientsPerHour(
                        Math.toIntExact(in.read("limit.recipientsPerHour", "0", Parsers.number(0, 1_000_000_000))))
                .retirement(retirement(in))
                .build();
        usageRetention = in.read(
                "usage.retention", "90d", Parsers.duration(Duration.ofDays(1), YEAR.multipliedBy(10), RETENTION_RULE));
        onStoreFailure = in.read("onStoreFailure", "tempfail", Parsers.word(OnStoreFailure.class));
        refusalTexts = RefusalKeys.read(in, policy);
        manualTokens = in.read("manual.token", "", Tokens::parse);
        drac = DracSettings.read(in);
        inForce = in.inForce();
    }

    private Duration lifetimeMax(String text) {
        return Parsers.duration(lifetime.toDuration(), LONGEST_SESSION, LIFETIME_MAX_RULE)
                .apply(text);
    }

    private static Retirement retirement(ConfigurationReader in) {
        Optional<Instant> date = in.read("retirement.date", "", ifGiven(Retirement::parseDate));
        Optional<Duration> rampUp = in.read("retirement.rampUp", "", ifGiven(text -> {
            Duration duration =
                    Parsers.duration(Duration.ofHours(1), YEAR, RAMP_UP_RULE).apply(text);
            if (date.isEmpty()) {
                throw new IllegalArgumentException("must not be set without a valid retirement.date");
            }
            return duration;
        }));
        return Retirement.of(
                date,
                in.read("retirement.brownouts", "", text -> Retirement.parseBrownouts(Parsers.list(text))),
                rampUp,
                in.read("retirement.exempt", "", PopBeforeSmtpConfiguration::users));
    }

    private static <T> Function<String, Optional<T>> ifGiven(Function<String, T> parser) {
        return text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text));
    }

    private static UserSet users(String text) {
        return UserSet.parse(Parsers.list(text));
    }

    private static NetworkSet networks(String text) {
        return NetworkSet.parse(Parsers.list(text));
    }

    /** Reads the keys of the file in a James without a {@code redis.properties}. */
    public static PopBeforeSmtpConfiguration of(Map<String, String> values) {
        return of(values, Map.of());
    }

    /**
     * Reads the keys of the file; no key at all is a valid configuration.
     *
     * @param values the keys and values of {@code pop-before-smtp.properties}
     * @param jamesRedis those of James's own {@code redis.properties}; none if there is no such file
     * @throws InvalidConfigurationException that names all problems
     */
    public static PopBeforeSmtpConfiguration of(Map<String, String> values, Map<String, String> jamesRedis) {
        return of(values, jamesRedis, Set.of());
    }

    /**
     * Reads the keys of the file, and reports those that it gives more than once.
     *
     * @param repeated the keys that are given more than once, whose values are joined by commas
     * @throws InvalidConfigurationException that names all problems
     */
    public static PopBeforeSmtpConfiguration of(
            Map<String, String> values, Map<String, String> jamesRedis, Set<String> repeated) {
        return of(new ConfigurationReader(values, repeated), jamesRedis);
    }

    private static PopBeforeSmtpConfiguration of(ConfigurationReader reader, Map<String, String> jamesRedis) {
        PopBeforeSmtpConfiguration configuration = new PopBeforeSmtpConfiguration(reader, jamesRedis);
        reader.finish();
        return configuration;
    }

    /**
     * Reads the keys again, for a James that runs with this configuration. The settings that the store and the DRAC
     * listener were opened with must be unchanged.
     *
     * @throws InvalidConfigurationException that names all problems
     */
    public PopBeforeSmtpConfiguration readAgain(
            Map<String, String> values, Map<String, String> jamesRedis, Set<String> repeated) {
        ConfigurationReader reader = new ConfigurationReader(values, repeated);
        SortedMap<String, String> defaults = defaults();
        inForce.forEach((key, before) -> {
            String now =
                    values.getOrDefault(key, defaults.getOrDefault(key, "")).trim();
            if (OPENED_WITH.matcher(key).lookingAt() && !now.equals(before)) {
                reader.reject(
                        key,
                        now,
                        "must stay '" + ConfigurationChanges.shown(key, before) + "' until James is restarted");
            }
        });
        return of(reader, jamesRedis);
    }

    /** How another configuration differs from this one. */
    public ConfigurationChanges changesTo(PopBeforeSmtpConfiguration other) {
        return ConfigurationChanges.between(inForce, other.inForce);
    }

    /**
     * All keys with the value in force: the operator's or the default. Secrets are hidden, and a key without a value is
     * left out.
     */
    public static SortedMap<String, String> inForce(Map<String, String> values) {
        SortedMap<String, String> inForce = new TreeMap<>(defaults());
        inForce.putAll(values);
        inForce.replaceAll((key, value) -> value.isEmpty() ? value : ShownValue.of(key, value));
        inForce.values().removeIf(String::isEmpty);
        return inForce;
    }

    /** The keys there are, each with the text of its default. */
    static SortedMap<String, String> defaults() {
        ConfigurationReader reader = new ConfigurationReader(Map.of(), Set.of());
        new PopBeforeSmtpConfiguration(reader, Map.of());
        return reader.known();
    }

    public Lifetime lifetime() {
        return lifetime;
    }

    public StoreKind store() {
        return store;
    }

    /** How many grants a store of one node holds at most. */
    public long maxGrants() {
        return maxGrants;
    }

    /** Where the file store lives, as a James file URL. */
    public String filePath() {
        return filePath;
    }

    /** Where the shared Redis is. */
    public RedisSettings redis() {
        return redis;
    }

    public PolicySettings policy() {
        return policy;
    }

    /** How long per-user usage is kept. */
    public Duration usageRetention() {
        return usageRetention;
    }

    public OnStoreFailure onStoreFailure() {
        return onStoreFailure;
    }

    public RefusalTexts refusalTexts() {
        return refusalTexts;
    }

    /**
     * The tokens with which a POP3 server that is not James may grant, and nothing else; none means that it may not.
     */
    public Tokens manualTokens() {
        return manualTokens;
    }

    /** How to listen for POP3 servers that support DRAC. */
    public DracSettings drac() {
        return drac;
    }
}
