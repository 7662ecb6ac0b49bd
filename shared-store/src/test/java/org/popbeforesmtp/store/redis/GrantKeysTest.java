// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import redis.clients.jedis.util.JedisClusterCRC16;

/** How the shards are spread over a cluster whose masters have even ranges of slots. */
class GrantKeysTest {

    private static final int SLOTS = 16_384;

    /** All that a prefix changes is one number of 14 bits, with which the slots of all shards are combined. */
    private static final int PREFIXES = 2_000;

    @Test
    void threeMastersShouldHaveEvenSharesOfTheUsualPrefix() {
        assertThat(greatestDeviation("pbs", 3)).isLessThan(0.035);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void noPrefixShouldGiveAMasterMuchMoreOrLessThanItsShare(int masters) {
        double greatest = IntStream.range(0, PREFIXES)
                .mapToDouble(number -> greatestDeviation("p" + number, masters))
                .max()
                .orElseThrow();

        assertThat(greatest).isLessThan(0.181);
    }

    @Test
    void eachKeyOfAShardShouldBeInOneSlot() {
        GrantKeys keys = new GrantKeys("pbs");
        List<String> names = new ArrayList<>(keys.toWrite(ClientAddress.parse("192.0.2.1"), "bob@example.org"));
        names.addAll(GrantKeys.toWriteProbe(keys.shards().get(0x15)));

        assertThat(names)
                .contains("{pbs:15}:2:grants:192.0.2.1", "{pbs:15}:2:probe")
                .extracting(JedisClusterCRC16::getSlot)
                .containsOnly(JedisClusterCRC16.getSlot("{pbs:15}:2:"));
    }

    /** How far the share of one master is from the even one, as a part of it. */
    private static double greatestDeviation(String prefix, int masters) {
        List<String> shards = new GrantKeys(prefix).shards();
        int[] shares = new int[masters];
        shards.forEach(shard -> shares[JedisClusterCRC16.getSlot(shard) * masters / SLOTS]++);
        double even = (double) shards.size() / masters;
        return IntStream.of(shares)
                .mapToDouble(share -> Math.abs(share - even) / even)
                .max()
                .orElseThrow();
    }
}
