// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RefusalTexts;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.store.Lifetime;

class PopBeforeSmtpConfigurationTest {

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String TOKEN_RULE = "must be one or more tokens, separated by commas, each of 32 to 200"
            + " characters of visible ASCII: openssl rand -hex 32 makes one";
    private static final String PLACEHOLDER_RULE =
            "must have no placeholder but {address}, {lifetime}, {minutes}, {help}, not ";
    private static final String LIFETIME_RULE =
            "must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m";
    private static final String NETWORKS_RULE =
            "must be a comma separated list of networks such as 192.0.2.0/24 or 2001:db8::/32; no network: ";
    private static final String MESSAGE_RULE = "must be printable ASCII, at most 400 characters";
    private static final String RETIRED_BY_DEFAULT =
            "Relaying denied for 192.0.2.1: sending after checking mail has ended"
                    + " on ; turn on SMTP authentication";
    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    /** What is known of one key: a value that differs from the default, what becomes of it, and how it can be wrong. */
    record Key(
            String name,
            String value,
            Function<PopBeforeSmtpConfiguration, Object> read,
            Object byDefault,
            Object mapped,
            Map<String, String> wrong) {}

    private static final List<Key> KEYS = List.of(
            new Key(
                    "lifetime",
                    "20m",
                    PopBeforeSmtpConfiguration::lifetime,
                    Lifetime.of(Duration.ofMinutes(15)),
                    Lifetime.of(Duration.ofMinutes(20)),
                    wrong(
                            LIFETIME_RULE,
                            "",
                            "15",
                            "m",
                            "15 minutes",
                            "-1m",
                            "1.5m",
                            "999ms",
                            "0s",
                            "25h",
                            "2d",
                            "15m,20m")),
            new Key(
                    "lifetime.max",
                    "7d",
                    configuration -> configuration.policy().lifetimeMax(),
                    Duration.ofHours(24),
                    Duration.ofDays(7),
                    wrong(
                            "must be a number with a unit (m, h, d), not shorter than lifetime and at most 30d, such as 24h",
                            "",
                            "24",
                            "0",
                            "14m",
                            "721h",
                            "31d",
                            "forever")),
            new Key(
                    "store",
                    "redis",
                    PopBeforeSmtpConfiguration::store,
                    StoreKind.FILE,
                    StoreKind.REDIS,
                    wrong("must be one of memory, file, redis", "", "MEMORY", "ram", "memory,file")),
            new Key(
                    "store.maxGrants",
                    "5000",
                    PopBeforeSmtpConfiguration::maxGrants,
                    1_000_000L,
                    5000L,
                    wrong(
                            "must be a whole number from 1 to 1000000000",
                            "",
                            "0",
                            "-1",
                            "1e6",
                            "1 000",
                            "1000000001",
                            "99999999999999999999999")),
            new Key(
                    "file.path",
                    "file:///srv/grants.mv.db",
                    PopBeforeSmtpConfiguration::filePath,
                    "file://var/pop-before-smtp/grants.mv.db",
                    "file:///srv/grants.mv.db",
                    wrong(
                            "must be a file as James names it, such as file://var/grants.mv.db",
                            "",
                            "  ",
                            "/srv/grants.mv.db",
                            "classpath:grants.mv.db",
                            "file:/srv/grants.mv.db",
                            "file://",
                            "file://var/")),
            new Key(
                    "sender",
                    "any",
                    configuration -> configuration.policy().sender(),
                    SenderRule.LOGIN,
                    SenderRule.ANY,
                    wrong("must be one of login, local, any", "", "Login", "all", "login,any")),
            new Key(
                    "maxUsersPerAddress",
                    "3",
                    configuration -> largestCrowd(configuration.policy()),
                    50,
                    3,
                    wrong("must be a whole number from 0 to 2147483647", "", "-1", "many", "2147483648", "0x10")),
            new Key(
                    "networks.excluded",
                    "198.51.100.0/24, 192.0.2.0/24",
                    configuration -> configuration.policy().admits(CLIENT),
                    true,
                    false,
                    Map.of(
                            "localhost", NETWORKS_RULE + "'localhost'",
                            "192.0.2.0/33, ::/0", NETWORKS_RULE + "'192.0.2.0/33'",
                            "1.2.3, ::/129, x", NETWORKS_RULE + "'1.2.3', '::/129', 'x'",
                            "192.0.2.0/24,,::/0", NETWORKS_RULE + "''",
                            "192.0.2.0-192.0.2.9", NETWORKS_RULE + "'192.0.2.0-192.0.2.9'")),
            new Key(
                    "networks.only",
                    "198.51.100.0/24,2001:db8::/32",
                    configuration -> configuration.policy().admits(CLIENT),
                    true,
                    false,
                    Map.of("*", NETWORKS_RULE + "'*'", ",", NETWORKS_RULE + "'', ''")),
            new Key(
                    "ipv6.prefixLength",
                    "64",
                    configuration -> configuration
                            .policy()
                            .grantAddress(ClientAddress.parse("2001:db8::1:2:3:4"))
                            .toString(),
                    "2001:db8::1:2:3:4",
                    "2001:db8::",
                    wrong("must be a whole number from 48 to 128", "", "47", "129", "/64", "-64")),
            new Key(
                    "login.requireTls",
                    "true",
                    configuration -> configuration.policy().requireTls(),
                    false,
                    true,
                    wrong("must be true or false", "", "yes", "TRUE", "1")),
            new Key(
                    "onStoreFailure",
                    "refuse",
                    PopBeforeSmtpConfiguration::onStoreFailure,
                    OnStoreFailure.TEMPFAIL,
                    OnStoreFailure.REFUSE,
                    wrong("must be one of tempfail, refuse", "", "accept", "451")),
            new Key(
                    "refusal.message",
                    "No relaying for {address} after {lifetime}",
                    configuration -> configuration.refusalTexts().of(Reason.NO_GRANT, CLIENT),
                    "Relaying denied for 192.0.2.1: check your mail first, then send again within 15 minutes, "
                            + "or turn on SMTP authentication",
                    "No relaying for 192.0.2.1 after 15 minutes",
                    Map.of(
                            "",
                            "must not be empty",
                            "Bitte prüfen",
                            MESSAGE_RULE,
                            "two\r\nlines",
                            MESSAGE_RULE,
                            "a\tb",
                            MESSAGE_RULE,
                            "x".repeat(401),
                            MESSAGE_RULE,
                            "{address}".repeat(44),
                            "must, with address and help filled in, fit into 490 characters",
                            "Denied for {adress}",
                            PLACEHOLDER_RULE + "{adress}",
                            "Denied for {address}, {Help}",
                            PLACEHOLDER_RULE + "{Help}",
                            "Denied for {address",
                            PLACEHOLDER_RULE + "{",
                            "Denied for ${env:NAME}",
                            "must not name a variable that is not set: ${env:NAME}")),
            new Key(
                    "refusal.retired",
                    "Ended on {date}",
                    configuration -> configuration.refusalTexts().of(Reason.RETIRED, CLIENT),
                    RETIRED_BY_DEFAULT,
                    "Ended on ",
                    wrong(PLACEHOLDER_RULE.replace("{help}", "{help}, {date}") + "{day}", "Ended on {day}")),
            new Key(
                    "refusal.brownout",
                    "Paused, try again",
                    configuration -> configuration.refusalTexts().of(Reason.BROWNOUT, CLIENT),
                    "Relaying denied for 192.0.2.1: sending after checking mail is paused now; send again later, or turn"
                            + " on SMTP authentication",
                    "Paused, try again",
                    wrong("must not name {date} without a valid retirement.date", "Paused until {date}")),
            text(
                    Reason.LOGIN_UNDER_WAY,
                    "refusal.loginUnderWay",
                    "Relaying denied for 192.0.2.1: a login at this address is being checked; send again now"),
            text(
                    Reason.OTHER_IP_VERSION,
                    "refusal.otherIpVersion",
                    "Relaying denied for 192.0.2.1: check your mail first over the version of IP that you send with (it was"
                            + " checked over the other one of IPv4 and IPv6), then send again within 15 minutes,"
                            + " or turn on SMTP authentication"),
            text(
                    Reason.SENDER,
                    "refusal.sender",
                    "Relaying denied for 192.0.2.1: the sender address does not belong to a user who checked mail from"
                            + " this address; send from your own address, or turn on SMTP authentication"),
            text(
                    Reason.NULL_SENDER,
                    "refusal.nullSender",
                    "Relaying denied for 192.0.2.1: a receipt without a sender cannot be sent this way; turn on SMTP"
                            + " authentication"),
            text(
                    Reason.SHARED,
                    "refusal.shared",
                    "Relaying denied for 192.0.2.1: too many users share this address; turn on SMTP authentication"),
            text(
                    Reason.UNENCRYPTED,
                    "refusal.unencrypted",
                    "Relaying denied for 192.0.2.1: your mail program logged in without encryption; turn on TLS for"
                            + " POP3 or IMAP, check your mail, then send again within 15 minutes"),
            text(
                    Reason.EXCLUDED,
                    "refusal.excluded",
                    "Relaying denied for 192.0.2.1: checking mail does not allow sending from this network; turn on SMTP"
                            + " authentication"),
            text(
                    Reason.BLOCKED,
                    "refusal.blocked",
                    "Relaying denied for 192.0.2.1: sending after checking mail is blocked for this address or account;"
                            + " ask your administrator"),
            text(
                    Reason.OBSERVED,
                    "refusal.observed",
                    "Relaying denied for 192.0.2.1: a grant would allow it, but the mode is to observe only"),
            text(
                    Reason.UNKNOWN,
                    "refusal.unknown",
                    "Relaying for 192.0.2.1 cannot be decided right now, please try again later"),
            new Key(
                    "refusal.help",
                    "https://help.example.org/a,b",
                    configuration -> configuration.refusalTexts().of(Reason.SHARED, CLIENT),
                    "Relaying denied for 192.0.2.1: too many users share this address; turn on SMTP authentication",
                    "Relaying denied for 192.0.2.1: too many users share this address; turn on SMTP authentication"
                            + " (help: https://help.example.org/a,b)",
                    wrong(
                            "must be printable ASCII, at most 200 characters",
                            "Tel. 0123\n456",
                            "Hilfe für Sie",
                            "x".repeat(201))),
            new Key(
                    "mode",
                    "observe",
                    configuration -> configuration.policy().isObserving(),
                    false,
                    true,
                    wrong("must be one of relay, observe", "", "Observe", "off")),
            new Key(
                    "usage.retention",
                    "30d",
                    PopBeforeSmtpConfiguration::usageRetention,
                    Duration.ofDays(90),
                    Duration.ofDays(30),
                    wrong(
                            "must be a number with a unit (h, d) from 1d to 3650d, such as 90d",
                            "",
                            "90",
                            "23h",
                            "3651d",
                            "3 months")),
            new Key(
                    "retirement.date",
                    "2027-06-01",
                    configuration -> configuration.policy().retirement().date(),
                    Optional.empty(),
                    Optional.of(Instant.parse("2027-06-01T00:00:00Z")),
                    wrong(
                            "must be a date such as 2027-06-01, or a date and time with a zone such as"
                                    + " 2027-06-01T08:00+02:00",
                            "2027-06-01T08:00",
                            "soon")),
            new Key(
                    "retirement.brownouts",
                    "2027-05-04T10:00Z/PT1H, 2027-05-05T10:00Z/PT2H",
                    configuration -> configuration
                            .policy()
                            .retirement()
                            .brownoutAt(Instant.parse("2027-05-05T11:00:00Z"))
                            .isPresent(),
                    false,
                    true,
                    wrong(
                            "must be a comma separated list of intervals such as 2027-05-04T10:00Z/PT1H, each with a time"
                                    + " zone",
                            "2027-05-04T10:00/PT1H",
                            "2027-05-04T10:00Z",
                            "daily")),
            new Key(
                    "retirement.rampUp",
                    "14d",
                    configuration -> configuration.policy().retirement().rampAt(Instant.parse("2027-05-25T00:00:00Z")),
                    0.0,
                    0.5,
                    wrong("must be a number with a unit (h, d) from 1h to 365d, such as 14d", "14", "30m", "366d")),
            new Key(
                    "retirement.exempt",
                    "printer@example.com, @example.org",
                    configuration -> configuration.policy().retirement().isExempt("anybody@example.org"),
                    false,
                    true,
                    wrong("must be a comma separated list of users and @domains", "a b", "@", "a@b@c")),
            new Key(
                    "limit.recipientsPerHour",
                    "200",
                    configuration -> configuration.policy().recipientsPerHour(),
                    0,
                    200,
                    wrong("must be a whole number from 0 to 1000000000", "", "-1", "many", "1000000001", "10/h")),
            new Key(
                    "refusal.limit",
                    "At most {limit} until {time}",
                    configuration ->
                            configuration.refusalTexts().ofLimit(CLIENT, Instant.parse("2027-06-01T12:00:00Z"), true),
                    "4.5.3 Relaying denied for 192.0.2.1: you have reached the limit of 0 recipients an hour; send again"
                            + " after 12:00 UTC, or turn on SMTP authentication",
                    "4.5.3 At most 0 until 12:00 UTC",
                    wrong(PLACEHOLDER_RULE.replace("{help}", "{help}, {limit}, {time}") + "{date}", "Until {date}")),
            new Key(
                    "users.excluded",
                    "printer@example.com, @example.org",
                    configuration -> configuration.policy().excludes("Anybody@Example.org"),
                    false,
                    true,
                    wrong("must be a comma separated list of users and @domains", "a b", "@", "a@b@c", "a,,b")),
            text(
                    Reason.USER_EXCLUDED,
                    "refusal.userExcluded",
                    "Relaying denied for 192.0.2.1: checking mail does not allow this user to send; turn on SMTP"
                            + " authentication"),
            new Key(
                    "manual.token",
                    TOKEN,
                    configuration -> configuration.manualTokens().contains(TOKEN),
                    false,
                    true,
                    wrong(TOKEN_RULE, "x", TOKEN.substring(1), TOKEN + ",", TOKEN + " " + TOKEN, TOKEN + ",short")),
            new Key(
                    "drac.enabled",
                    "true",
                    configuration -> configuration.drac().enabled(),
                    false,
                    true,
                    wrong("must be true or false", "", "on", "1")),
            new Key(
                    "drac.address",
                    "2001:db8::1",
                    configuration -> ClientAddress.of(
                                    configuration.drac().address().getAddress())
                            .toString(),
                    "127.0.0.1",
                    "2001:db8::1",
                    wrong("must be an IPv4 or IPv6 address", "", "localhost", "*", "192.0.2.1:900", "192.0.2.0/24")),
            new Key(
                    "drac.port",
                    "901",
                    configuration -> configuration.drac().address().getPort(),
                    0,
                    901,
                    wrong("must be a whole number from 0 to 65535", "", "-1", "65536", "sunrpc")),
            new Key(
                    "drac.portmapper",
                    "embedded",
                    configuration -> configuration.drac().portMapper(),
                    DracPortMapper.REGISTER,
                    DracPortMapper.EMBEDDED,
                    Map.of(
                            "", "must be one of register, embedded, none",
                            "rpcbind", "must be one of register, embedded, none")),
            new Key(
                    "drac.allow",
                    "192.0.2.0/24, 2001:db8::/32",
                    configuration -> configuration.drac().allow().toString(),
                    "127.0.0.0/8,::1",
                    "192.0.2.0/24,2001:db8::/32",
                    Map.of("pop.example.org", NETWORKS_RULE + "'pop.example.org'")));

    /** A text that the operator may write. */
    private static Key text(Reason reason, String name, String byDefault) {
        return new Key(
                name,
                "{address}: {minutes} pun inai ni",
                configuration -> configuration.refusalTexts().of(reason, CLIENT),
                byDefault,
                "192.0.2.1: 15 pun inai ni",
                Map.of(
                        "",
                        "must not be empty",
                        "Bitte prüfen",
                        MESSAGE_RULE,
                        "x".repeat(401),
                        MESSAGE_RULE,
                        "{address}".repeat(44),
                        "must, with address and help filled in, fit into 490 characters",
                        "Denied for {adress}",
                        PLACEHOLDER_RULE + "{adress}"));
    }

    private static Map<String, String> wrong(String rule, String... values) {
        Map<String, String> wrong = new LinkedHashMap<>();
        Stream.of(values).forEach(value -> wrong.put(value, rule));
        return wrong;
    }

    private static int largestCrowd(PolicySettings settings) {
        int users = 1;
        while (!settings.isShared(users + 1)) {
            users++;
        }
        return users;
    }

    static Stream<Key> keys() {
        return KEYS.stream();
    }

    static Stream<Arguments> wrongValues() {
        return KEYS.stream()
                .flatMap(key -> key.wrong().entrySet().stream()
                        .map(wrong -> Arguments.of(key.name(), wrong.getKey(), wrong.getValue())));
    }

    @Test
    void everyKeyShouldHaveATest() {
        assertThat(KEYS.stream().map(Key::name))
                .containsExactlyInAnyOrderElementsOf(PopBeforeSmtpConfiguration.defaults().keySet().stream()
                        .filter(key -> !RedisKeysTest.hasTest(key))
                        .toList());
        assertThat(KEYS).allSatisfy(key -> {
            assertThat(key.wrong()).isNotEmpty();
            assertThat(key.mapped()).isNotEqualTo(key.byDefault());
        });
    }

    @ParameterizedTest
    @MethodSource("keys")
    void anEmptyFileShouldMeanTheDefaults(Key key) {
        assertThat(key.read().apply(PopBeforeSmtpConfiguration.of(Map.of()))).isEqualTo(key.byDefault());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyDefaultShouldBeAValueThatCouldBeWrittenDown(Key key) {
        String text = PopBeforeSmtpConfiguration.defaults().get(key.name());

        assertThat(key.read().apply(PopBeforeSmtpConfiguration.of(Map.of(key.name(), text))))
                .isEqualTo(key.byDefault());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyShouldBeMapped(Key key) {
        Map<String, String> values = new LinkedHashMap<>(Map.of(key.name(), "  " + key.value() + " "));
        if (key.name().equals("retirement.rampUp")) {
            values.put("retirement.date", "2027-06-01");
        }

        assertThat(key.read().apply(PopBeforeSmtpConfiguration.of(values))).isEqualTo(key.mapped());
    }

    @Test
    void allKeysShouldBeMappedTogether() {
        Map<String, String> values = KEYS.stream().collect(Collectors.toMap(Key::name, Key::value));
        values.put("refusal.help", "");

        PopBeforeSmtpConfiguration configuration = PopBeforeSmtpConfiguration.of(values);

        assertThat(configuration.lifetime()).isEqualTo(Lifetime.parse("20m"));
        assertThat(configuration.policy().lifetime()).isEqualTo(Lifetime.parse("20m"));
        assertThat(configuration.refusalTexts().of(Reason.NO_GRANT, CLIENT))
                .isEqualTo("No relaying for 192.0.2.1 after 20 minutes");
        assertThat(configuration.policy().admits(ClientAddress.parse("2001:db8::1")))
                .isTrue();
    }

    @Test
    void aRampMustHaveADate() {
        assertThat(problemsOf(Map.of("retirement.rampUp", "14d")).getMessage())
                .contains("retirement.rampUp was '14d' but it must not be set without a valid retirement.date");
    }

    @Test
    void aDracPortWithoutAPortMapperMustBeFixed() {
        assertThat(problemsOf(Map.of("drac.portmapper", "none")).getMessage())
                .contains("drac.port was '0' but it must be a fixed port if drac.portmapper is none");
        assertThat(PopBeforeSmtpConfiguration.of(Map.of("drac.portmapper", "none", "drac.port", "901"))
                        .drac()
                        .portMapper())
                .isEqualTo(DracPortMapper.NONE);
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void everyRuleShouldBeKept(String key, String value, String rule) {
        InvalidConfigurationException e = problemsOf(Map.of(key, value));

        assertThat(e.problems())
                .singleElement()
                .asString()
                .startsWith(key + " was '")
                .endsWith("' but it " + rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1s", "1000ms", "24h", "1d", "1440m", "15 m"})
    void lifetimeShouldReachFromASecondToADay(String text) {
        assertThat(PopBeforeSmtpConfiguration.of(Map.of("lifetime", text))
                        .lifetime()
                        .toDuration())
                .isBetween(Duration.ofSeconds(1), Duration.ofDays(1));
    }

    @Test
    void lifetimeMaxMayBeTheLifetime() {
        assertThat(PopBeforeSmtpConfiguration.of(Map.of("lifetime", "24h"))
                        .policy()
                        .lifetimeMax())
                .isEqualTo(Duration.ofHours(24));
        assertThat(problemsOf(Map.of("lifetime", "2h", "lifetime.max", "1h")).getMessage())
                .contains(
                        "lifetime.max was '1h' but it must be a number with a unit (m, h, d), not shorter than lifetime");
    }

    @Test
    void maxUsersPerAddressShouldMeanNoLimitIfZero() {
        PolicySettings settings =
                PopBeforeSmtpConfiguration.of(Map.of("maxUsersPerAddress", "0")).policy();

        assertThat(settings.isShared(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void theMessageShouldShowTheValueAndTheRule() {
        assertThatThrownBy(() -> PopBeforeSmtpConfiguration.of(Map.of("lifetime", "15")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage("pop-before-smtp.properties has a problem:\n  lifetime was '15' but it " + LIFETIME_RULE);
    }

    @Test
    void allProblemsShouldBeInOneMessage() {
        Map<String, String> values = new LinkedHashMap<>();
        KEYS.forEach(
                key -> values.put(key.name(), key.wrong().keySet().iterator().next()));
        values.put("lifetme", "15m");

        InvalidConfigurationException e = problemsOf(values);

        assertThat(e.problems()).hasSize(KEYS.size() + 1);
        assertThat(e).hasMessageStartingWith("pop-before-smtp.properties has " + (KEYS.size() + 1) + " problems:\n  ");
        assertThat(e.toString().lines()).hasSize(KEYS.size() + 2);
        values.keySet().forEach(key -> assertThat(e).hasMessageContaining("\n  " + key + " was '"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lifetme -> lifetime",
                "LIFETIME -> lifetime",
                "life.time -> lifetime",
                "store.maxgrants -> store.maxGrants",
                "network.excluded -> networks.excluded",
                "ipv6.prefix -> ipv6.prefixLength",
                "login.requireTLS -> login.requireTls",
                "refusal.nulSender -> refusal.nullSender",
                "senders -> sender"
            })
    void anUnknownKeyShouldBeAProblemWithASuggestion(String mistake) {
        String[] keys = mistake.split(" -> ", -1);

        assertThat(problemsOf(Map.of(keys[0], "x")).problems())
                .containsExactly(keys[0] + " was 'x' but it must not be there: it is not a known key; did you mean "
                        + keys[1] + "?");
    }

    /** As editors write it who take each text for UTF-8 or UTF-16; in front of a comment it is seen as little. */
    @ParameterizedTest
    @ValueSource(strings = {"\uFEFFlifetime", "\u00EF\u00BB\u00BFlifetime", "\u00FF\u00FEl", "\u00EF\u00BB\u00BF#"})
    void aByteOrderMarkShouldBeCalledByItsName(String firstKey) {
        assertThat(problemsOf(Map.of(firstKey, "20m")).problems())
                .containsExactly("pop-before-smtp.properties begins with a byte order mark but it must not: save it as"
                        + " plain text, ISO-8859-1 or UTF-8 without a byte order mark");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis.pasword",
                "redis.Passwort",
                "PASSWORD",
                "redis.pwd",
                "redis.pw",
                "redis.auth",
                "client.secret",
                "api.token",
                "my.credentials"
            })
    void aPasswordShouldBeHiddenEvenUnderAMistypedKey(String key) {
        InvalidConfigurationException e = problemsOf(Map.of(key, "s3cret"));

        assertThat(e).hasMessageNotContaining("s3cret").hasMessageContaining(key + " was '***' but it must");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://bob:s3cret@redis.example.org:6379",
                "redis://:s3cret@redis.example.org",
                "redis://bob:a/s3cret@x@redis.example.org",
                "redis://bob:a b,s3cret@redis.example.org",
                "redis://bob:s3cret\n@redis.example.org",
                "redis://a:s3cret@one.example.org,redis://b:s3cret@redis.example.org",
                "bob:s3cret@redis.example.org"
            })
    void aPasswordInAUrlShouldBeHidden(String url) {
        InvalidConfigurationException e = problemsOf(Map.of("redis.ulr", "x", "redisURL", url, "the.url", url));

        assertThat(e).hasMessageNotContaining("s3cret").hasMessageContaining("@redis.example.org");
    }

    @Test
    void aUrlShouldBeHiddenUnderAnyKeyThatHasAScheme() {
        assertThat(problemsOf(Map.of("sender", "redis://bob:s3cret@redis.example.org")))
                .hasMessageContaining("sender was 'redis://***@redis.example.org' but it must be one of");
    }

    @Test
    void aMessageShouldHaveNoControlCharacters() {
        Map<String, String> values = Map.of(
                "lifetime", "1\r\n2\u001b[31m\u0085\u2028\u202e3\u0000",
                "networks.only", "a\nb",
                "x\ny", "z");

        InvalidConfigurationException e = problemsOf(values);

        assertThat(e).hasMessageContaining("lifetime was '1??2?[31m???3?' but it");
        assertThat(e.problems())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem).doesNotContainPattern("\\p{C}"));
    }

    @Test
    void aLongValueShouldBeCutInAMessage() {
        assertThat(problemsOf(Map.of("sender", "x".repeat(10_000))))
                .hasMessageContaining("sender was '" + "x".repeat(200) + "...' but it must be one of");
    }

    @Test
    void manyBadNetworksShouldNotFillTheScreen() {
        String networks =
                Stream.iterate(1, i -> i + 1).limit(1000).map(i -> "n" + i).collect(Collectors.joining(","));

        assertThat(problemsOf(Map.of("networks.excluded", networks)))
                .hasMessageEndingWith("no network: 'n1', 'n2', 'n3', 'n4', 'n5' and 995 more");
    }

    /** James's reader splits at commas and trims; what the operator wrote is put together again. */
    @Test
    void aMessageShouldKeepTheBlanksBehindItsCommas() {
        PopBeforeSmtpConfiguration configuration = PopBeforeSmtpConfiguration.of(
                Map.of("refusal.message", "Check your mail first,then send 1,000,{help}"));

        assertThat(configuration.refusalTexts().of(Reason.NO_GRANT, CLIENT))
                .isEqualTo("Check your mail first, then send 1,000, ");
    }

    /** Who takes the mark of a comment off a line of the sample has changed nothing. */
    @Test
    void aTextThatIsSetToItsDefaultShouldStillFollowWhatThePortOffers() {
        assertThat(PopBeforeSmtpConfiguration.of(Map.of(Reason.SHARED.key(), Reason.SHARED.text()))
                        .refusalTexts()
                        .withStatus(Reason.SHARED, CLIENT, false))
                .endsWith("too many users share this address");
    }

    @Test
    void theLongestTextsShouldFitIntoAReplyLine() {
        String longestHelp = "h".repeat(200);

        RefusalTexts texts = PopBeforeSmtpConfiguration.of(Map.of("refusal.help", longestHelp))
                .refusalTexts();

        assertThat(Reason.values())
                .allSatisfy(reason -> assertThat(texts.longest(reason)).isLessThanOrEqualTo(RefusalTexts.LIMIT));
    }

    private static InvalidConfigurationException problemsOf(Map<String, String> values) {
        InvalidConfigurationException e =
                catchThrowableOfType(InvalidConfigurationException.class, () -> PopBeforeSmtpConfiguration.of(values));
        assertThat(e).as("the problems of %s", values).isNotNull();
        return e;
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", "x", "timeToLive", "smtp.port"})
    void aKeyThatIsLikeNoneShouldHaveNoSuggestion(String key) {
        assertThat(problemsOf(Map.of(key, "x")).problems())
                .containsExactly(key + " was 'x' but it must not be there: it is not a known key");
    }

    @Test
    void aPortThatIsNoneShouldBeOneProblem() {
        assertThat(problemsOf(Map.of("drac.port", "70000", "drac.portmapper", "none"))
                        .problems())
                .singleElement()
                .asString()
                .startsWith("drac.port was '70000'");
    }

    @Test
    void aVariableThatIsNotSetShouldBeNamedAndTheSecretAroundItHidden() {
        assertThat(problemsOf(Map.of("redis.password", "s3cret${env:REDIS_PASSWORD}"))
                        .problems())
                .containsExactly("redis.password was '***' but it must not name a variable that is not set:"
                        + " ${env:REDIS_PASSWORD}");
    }

    @Test
    void theSettingsInForceShouldBeTheDefaultsWithWhatIsSetAndWithoutSecrets() {
        assertThat(PopBeforeSmtpConfiguration.inForce(Map.of("lifetime", "20m", "redis.password", "s3cret")))
                .containsEntry("lifetime", "20m")
                .containsEntry("sender", "login")
                .containsEntry("redis.password", "***")
                .doesNotContainKey("refusal.help");
    }
}
