// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Protocol;

class UsageRecordTest {

    private static final String TEXT =
            "3 5 1777888800123 1777888801123 pop3 tls 192.0.2.1,2001:db8::1 1y2p0ij32e8e7=4,a=1";
    private static final Usage USAGE = Usage.of(
            3,
            5,
            Instant.ofEpochMilli(1777888800123L),
            Instant.ofEpochMilli(1777888801123L),
            Set.of(ClientAddress.parse("192.0.2.1"), ClientAddress.parse("2001:db8::1")),
            Protocol.POP3,
            true);

    private static UsageBatch batch(String node, long number) {
        return UsageBatch.of(node, number, Map.of(), Map.of());
    }

    /** As docs/redis.md shows it. */
    @Test
    void theTextShouldBeAsDocumented() {
        UsageRecord record = UsageRecord.parse(TEXT).orElseThrow();

        assertThat(record.usage()).isEqualTo(USAGE);
        assertThat(record.includes(batch("1y2p0ij32e8e7", 4))).isTrue();
        assertThat(record.includes(batch("1y2p0ij32e8e7", 5))).isFalse();
        assertThat(record).hasToString(TEXT);
    }

    @Test
    void whatALaterReleaseAddsShouldBePassedOver() {
        assertThat(UsageRecord.parse(TEXT + " something more").orElseThrow()).hasToString(TEXT);
    }

    @Test
    void theLastNodesShouldBeKept() {
        UsageRecord record = UsageRecord.of(batch("n0", 1), USAGE);
        for (int i = 1; i < 100; i++) {
            record = record.plus(batch("n" + i, 1), USAGE).plus(batch("n1", i), USAGE);
        }

        assertThat(record.includes(batch("n99", 1))).isTrue();
        assertThat(record.includes(batch("n93", 1))).isTrue();
        assertThat(record.includes(batch("n1", 99))).isTrue();
        assertThat(record.includes(batch("n92", 1))).isFalse();
        assertThat(record.toString()).hasSizeLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "3 5 1 2 pop3 tls 192.0.2.1",
                "3 5 1 2 pop3 tls 192.0.2.1 a",
                "3 5 1 2 pop3 tls nowhere a=1",
                "0 5 1 2 pop3 tls 192.0.2.1 a=1",
                "3 5 2 1 pop3 tls 192.0.2.1 a=1",
                "3 5 1 2 P3! tls 192.0.2.1 a=1"
            })
    void whatIsNoRecordShouldNotBeRead(String text) {
        assertThat(UsageRecord.parse(text)).isEmpty();
    }
}
