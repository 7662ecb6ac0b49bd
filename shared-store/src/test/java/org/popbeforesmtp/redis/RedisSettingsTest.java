// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.redis.RedisSettings.Topology;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.SslVerifyMode;

/** The URLs are read as Lettuce 6.2.7 reads them: what it makes of each was looked up there. */
class RedisSettingsTest {

    private static RedisSettings at(String urls) {
        return RedisSettings.at(urls).build();
    }

    @Test
    void defaultsShouldBeAsDocumented() {
        assertThat(at("redis://localhost"))
                .hasToString("Redis STANDALONE at [localhost:6379], database 0, no user, prefix pbs, timeout PT0.25S");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://h                          | h:6379         | 0 | no user",
                "redis://h/                         | h:6379         | 0 | no user",
                "redis://h:6380/3                   | h:6380         | 3 | no user",
                "redis://redis_1:6380               | redis_1:6380   | 0 | no user",
                "redis://[::1]:7000/1               | [::1]:7000     | 1 | no user",
                "redis://h?database=4&timeout=3s    | h:6379         | 4 | no user",
                "redis://h:6379/1?foo=bar           | h:6379         | 1 | no user",
                "redis://pw@h:1                     | h:1            | 0 | no user with a password",
                "redis://:pw@h                      | h:6379         | 0 | no user with a password",
                "redis://u:p@h                      | h:6379         | 0 | user u with a password",
                "redis://u:p@a:1,b:2                | a:1, b:2       | 0 | user u with a password",
                "redis://u:p@a:1 , redis://u:p@b:2  | a:1, b:2       | 0 | user u with a password",
            })
    void urlsShouldBeRead(String url, String nodes, int database, String user) {
        assertThat(at(url))
                .hasToString("Redis STANDALONE at [" + nodes + "], database " + database + ", " + user
                        + ", prefix pbs, timeout PT0.25S");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://u:p%40%2F%2C@h, p@/*",
        "redis://u:p@s@h, p@s",
        "redis://u:p+s@h, p+s",
        "redis://u:a:b@h, a:b",
        "redis://secret@h, secret",
        "redis://u%3Ax:p@h, p"
    })
    void passwordsShouldBeDecoded(String url, String password) {
        assertThat(at(url).password).contains(password.replace('*', ','));
    }

    @Test
    void sentinelsShouldBeRead() {
        assertThat(at("redis-sentinel://s1:26379,s2,s3:1#mymaster"))
                .hasToString("Redis SENTINEL at [s1:26379, s2:26379, s3:1], database 0, no user, prefix pbs,"
                        + " timeout PT0.25S");
        RedisSettings settings = at("redis-sentinel://u:p@s1,s2/2?sentinelMasterId=m");
        assertThat(settings.sentinelMaster).isEqualTo("m");
        assertThat(settings.database).isEqualTo(2);
        assertThat(settings.password).contains("p");
        assertThat(settings.sentinelPassword).isEmpty();
        assertThat(settings.tls).isFalse();
        assertThat(at("rediss-sentinel://s1#m").tls).isTrue();
    }

    @Test
    void sentinelsShouldAlsoBeNamedOneByOne() {
        RedisSettings settings = RedisSettings.at("redis://s1,redis://s2:5")
                .topology(Topology.SENTINEL)
                .sentinelMaster("m")
                .sentinelPassword("p")
                .build();

        assertThat(settings.nodes).containsExactly(new HostAndPort("s1", 26_379), new HostAndPort("s2", 5));
        assertThat(settings.sentinelMaster).isEqualTo("m");
        assertThat(settings.sentinelPassword).contains("p");
    }

    @Test
    void tlsShouldCheckTheServerUnlessToldOtherwise() {
        assertThat(at("redis://h").tls).isFalse();
        assertThat(at("rediss://h").tls).isTrue();
        assertThat(at("redis+ssl://h").tls).isTrue();
        assertThat(at("rediss://h").verifyMode).isEqualTo(SslVerifyMode.FULL);
        assertThat(at("rediss://h?verifyPeer=NONE").verifyMode).isEqualTo(SslVerifyMode.INSECURE);
        assertThat(at("rediss://h?verifyPeer=ca").verifyMode).isEqualTo(SslVerifyMode.CA);
        assertThat(RedisSettings.at("rediss://h?verifyPeer=CA")
                        .withoutCertificateCheck()
                        .build()
                        .verifyMode)
                .isEqualTo(SslVerifyMode.INSECURE);
    }

    @Test
    void everySettingShouldBeTaken() {
        RedisSettings settings = RedisSettings.at("rediss://u:p@h")
                .topology(Topology.CLUSTER)
                .username("user")
                .password("secret")
                .withoutCertificateCheck()
                .keyStore(Path.of("keys.p12"), "k")
                .keyPrefix("site.2:pbs")
                .timeout(Duration.ofSeconds(1))
                .build();

        assertThat(settings)
                .hasToString("Redis CLUSTER at [h:6379] over TLS (INSECURE), database 0, user user with a password,"
                        + " prefix site.2:pbs, timeout PT1S");
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.password).contains("secret");
        assertThat(settings.keyStore).contains(Path.of("keys.p12"));
        assertThat(settings.keyStorePassword).isEqualTo("k");
        assertThat(settings.secrets()).contains("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "h",
                "http://h",
                "redis:/h",
                "redis://",
                "redis://u:s3cret@",
                "redis://u:s3cret@h:x",
                "redis://u:s3cret@h:0",
                "redis://u:s3cret@h:65536",
                "redis://u:s3cret@h:1:2",
                "redis://u:s3cret@h/abc",
                "redis://u:s3cret@a b",
                "redis://u:s3cret@h,",
                "redis://u:s3cret%zz@h",
                "redis://u:s3cret@h?database=x",
                "rediss://u:s3cret@h?verifyPeer=maybe",
                "redis://u:s3/cret@h",
                "redis-socket:///var/run/redis",
                "redis://u:s3cret@a,rediss://u:s3cret@b",
                "redis-sentinel://u:s3cret@s1",
                "redis://u:s3cret@h,http://h"
            })
    void brokenUrlsShouldBeRefusedWithoutRepeatingThem(String url) {
        assertThatThrownBy(() -> at(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ")
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("cret@");
    }

    @Test
    void contradictionsShouldBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis://h/1")
                        .topology(Topology.CLUSTER)
                        .build())
                .withMessageContaining("database");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis-sentinel://h#m")
                        .topology(Topology.CLUSTER)
                        .build())
                .withMessageContaining("sentinels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis://h")
                        .topology(Topology.SENTINEL)
                        .build())
                .withMessageContaining("master");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis://h").username("u").build())
                .withMessageContaining("password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{a}", "a*", "a\n", "ä"})
    void aPrefixShouldNotUpsetKeysOrPatterns(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis://h").keyPrefix(prefix))
                .withMessageStartingWith("must be 1 to 64");
    }

    @Test
    void aTimeoutShouldBeOneThatSomebodyCanWaitFor() {
        assertThatCode(() -> RedisSettings.at("redis://h").timeout(Duration.ofMillis(1)))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis://h").timeout(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisSettings.at("redis://h").timeout(Duration.ofSeconds(61)));
    }

    @Test
    void secretsShouldNotBeShown() {
        RedisSettings settings = RedisSettings.at("redis-sentinel://u:s3cret@h#m")
                .sentinelPassword("s3cret-too")
                .keyStore(Path.of("x"), "s3cret-three")
                .build();

        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThat(new FailureText(settings.secrets()).describe(new IllegalStateException("AUTH s3cret s3cret-too")))
                .isEqualTo("AUTH *** ***");
    }
}
