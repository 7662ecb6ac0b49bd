// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisDataException;

/** What the words of a server mean that docs/redis.md lists. */
class FailureTextTest {

    private final FailureText failures = new FailureText(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {"WRONGPASS", "NOAUTH", "READONLY", "MISCONF", "LOADING", "CLUSTERDOWN", "TRYAGAIN", "ASK", "BUSY"
            })
    void aServerThatDoesNotServeAtAllShouldBeAnOutage(String word) {
        for (String text :
                List.of(word + " of the test", "ERR Error running script: @user_script:7: " + word + " now")) {
            JedisDataException failure = new JedisDataException(text);

            assertThat(FailureText.isOutage(failure)).isTrue();
            assertThat(FailureText.isFull(failure)).isFalse();
            assertThat(failures.describe(failure)).contains(word);
        }
    }

    @Test
    void aFullServerShouldBeNoOutage() {
        JedisDataException failure = new JedisDataException("OOM command not allowed when used memory > 'maxmemory'.");

        assertThat(FailureText.isFull(failure)).isTrue();
        assertThat(FailureText.isOutage(failure)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOPERM this user has no permissions to run the 'scan' command",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            })
    void theRefusalOfOneCommandShouldBeNoOutage(String text) {
        assertThat(FailureText.isOutage(new JedisDataException(text))).isFalse();
        assertThat(FailureText.isFull(new JedisDataException(text))).isFalse();
    }
}
