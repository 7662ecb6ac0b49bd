// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The {@code redis.*} keys, and how James's own {@code redis.properties} fills them. */
class RedisKeysTest {

    /** A key with other keys it needs, a value, what shows that it is mapped, and values that break its rule. */
    private record Key(
            String name, Map<String, String> with, String value, String mapped, String rule, List<String> wrong) {

        private Map<String, String> settings(String text) {
            Map<String, String> settings = new HashMap<>(with);
            settings.put("store", "redis");
            settings.put(name, text);
            return settings;
        }
    }

    private static final Map<String, String> NOTHING = Map.of();
    private static final List<Key> KEYS = List.of(
            new Key(
                    "redis.url",
                    NOTHING,
                    "redis://r1:7000/3",
                    "database 3",
                    "must ",
                    List.of("", "http://r1", "redis://")),
            new Key(
                    "redis.topology",
                    Map.of("redis.url", "redis://r1,redis://r2"),
                    "cluster",
                    "Redis CLUSTER",
                    "must be one of standalone, cluster, sentinel",
                    List.of("", "Cluster", "master-replica")),
            new Key("redis.username", Map.of("redis.password", "hush"), "james", "james", "", List.of()),
            new Key("redis.password", Map.of("redis.username", "james"), "hush", "james", "", List.of()),
            new Key(
                    "redis.sentinel.master",
                    Map.of("redis.topology", "sentinel"),
                    "mymaster",
                    "Redis SENTINEL",
                    "",
                    List.of()),
            new Key("redis.sentinelPassword", NOTHING, "hush", "Redis STANDALONE", "", List.of()),
            new Key(
                    "redis.timeout",
                    NOTHING,
                    "1s",
                    "timeout PT1S",
                    "must be a number with a unit",
                    List.of("", "250", "9ms", "11s")),
            new Key(
                    "redis.keyPrefix",
                    NOTHING,
                    "mail",
                    "prefix mail",
                    "must be 1 to 64 letters",
                    List.of("", "a b", "{x}")),
            new Key(
                    "redis.ignoreCertificateCheck",
                    Map.of("redis.url", "rediss://r1"),
                    "true",
                    "over TLS (INSECURE)",
                    "must be true or false",
                    List.of("", "yes")),
            new Key("redis.keystore.file.path", NOTHING, "file://conf/ks.p12", "STANDALONE", "", List.of()),
            new Key("redis.keystore.password", NOTHING, "hush", "STANDALONE", "", List.of()));

    static boolean hasTest(String key) {
        return KEYS.stream().anyMatch(tested -> tested.name().equals(key));
    }

    static Stream<Key> keys() {
        return KEYS.stream();
    }

    private static String redis(Map<String, String> values, Map<String, String> james) {
        return PopBeforeSmtpConfiguration.of(values, james).redis().toString();
    }

    @Test
    void withoutAnyKeyTheLocalRedisShouldBeMeant() {
        assertThat(redis(Map.of("store", "redis"), NOTHING))
                .contains("STANDALONE", "localhost:6379", "prefix pbs", "timeout PT0.25S");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyShouldBeMappedAndNoPasswordShown(Key key) {
        assertThat(redis(key.settings(key.value()), NOTHING))
                .contains(key.mapped())
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyRuleShouldBeKept(Key key) {
        for (String wrong : key.wrong()) {
            InvalidConfigurationException e = catchThrowableOfType(
                    InvalidConfigurationException.class,
                    () -> PopBeforeSmtpConfiguration.of(key.settings(wrong), NOTHING));

            assertThat(e).as("%s=%s", key.name(), wrong).isNotNull();
            assertThat(e.problems())
                    .anySatisfy(problem -> assertThat(problem)
                            .startsWith(key.name() + " was '")
                            .contains("' but it " + key.rule())
                            .doesNotContain("hush"));
        }
    }

    @Test
    void whatJamesSaysShouldHoldWhereTheUrlIsNotSet() {
        Map<String, String> james = Map.of(
                "redisURL",
                "rediss://:hush@r1:6380,rediss://:hush@r2:6380",
                "redis.topology",
                "cluster",
                "redis.readFrom",
                "replica",
                "redis.ioThreads",
                "4");

        assertThat(redis(Map.of("store", "redis"), james))
                .contains("CLUSTER", "r1:6380", "r2:6380", "over TLS (FULL)")
                .doesNotContain("hush");
        assertThat(redis(Map.of("store", "redis", "redis.url", "redis://own"), james))
                .contains("STANDALONE", "own:6379")
                .doesNotContain("r1");
        assertThat(redis(Map.of("store", "redis", "redis.ignoreCertificateCheck", "true"), james))
                .contains("over TLS (INSECURE)");
    }

    @Test
    void theOldKeyForAClusterAndTheWordForReplicasShouldBeUnderstood() {
        assertThat(redis(Map.of("store", "redis"), Map.of("redisURL", "redis://r1", "cluster.enabled", "true")))
                .contains("CLUSTER");
        assertThat(redis(
                        Map.of("store", "redis"),
                        Map.of("redisURL", "redis://r1,redis://r2", "redis.topology", "master-replica")))
                .contains("STANDALONE", "r2");
    }

    @Test
    void whatIsWrongInJamessFileShouldBeNamedWithTheFile() {
        InvalidConfigurationException e = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> PopBeforeSmtpConfiguration.of(
                        Map.of("store", "redis"), Map.of("redisURL", "http://:hush@r1", "redis.topology", "star")));

        assertThat(e.problems())
                .anySatisfy(
                        problem -> assertThat(problem).startsWith("redisURL of redis.properties was 'http://***@r1'"))
                .anySatisfy(problem -> assertThat(problem).startsWith("redis.topology of redis.properties was 'star'"));
        assertThat(e).hasMessageNotContaining("hush");
    }

    @Test
    void jamessFileShouldNotMatterForAnotherStore() {
        assertThat(PopBeforeSmtpConfiguration.of(Map.of("store", "memory"), Map.of("redisURL", "nonsense"))
                        .store())
                .isEqualTo(StoreKind.MEMORY);
    }

    @Test
    void settingsThatContradictEachOtherShouldBeAProblem() {
        InvalidConfigurationException e = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> PopBeforeSmtpConfiguration.of(
                        Map.of("redis.url", "redis://r1/3", "redis.topology", "cluster"), NOTHING));

        assertThat(e.problems()).singleElement().asString().contains("must not name a database");
    }

    @Test
    void aContradictionInJamessFileShouldBeNamedWithTheFile() {
        InvalidConfigurationException e = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> PopBeforeSmtpConfiguration.of(
                        Map.of("store", "redis"), Map.of("redisURL", "redis://r1/3", "redis.topology", "cluster")));

        assertThat(e.problems())
                .singleElement()
                .asString()
                .startsWith("redisURL of redis.properties was 'redis://r1/3'");
    }

    @Test
    void aBadUrlShouldNotBringJamessFileIn() {
        InvalidConfigurationException e = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> PopBeforeSmtpConfiguration.of(
                        Map.of("store", "redis", "redis.url", "nonsense"), Map.of("redisURL", "nonsense too")));

        assertThat(e.problems()).singleElement().asString().startsWith("redis.url was 'nonsense'");
    }
}
