// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class SegmentsTest {

    private static ClientAddress address(int number) {
        return ClientAddress.ofBits(0, number);
    }

    private static Grant grant(int address, String user) {
        return Grant.ofEpochMillis(Login.of(address(address), user, Protocol.POP3, true), address, address * 2L);
    }

    private static List<Grant> find(Segments segments, int address) {
        return segments.find(address(address), () -> -1).stream()
                .sorted(Grant.ORDER)
                .collect(Collectors.toList());
    }

    private static void put(Segments segments, int address, List<Grant> grants) {
        segments.update(segments.hashOf(address(address)), unused -> grants);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1000, 1_000_000, 10_000_000, Long.MAX_VALUE})
    void anAddressShouldHaveItsGrantsHoweverManyAreExpected(long expected) {
        Segments segments = new Segments(expected, new SecretHash());
        for (int i = 0; i < 1000; i++) {
            put(segments, i, List.of(grant(i, "alice")));
        }

        for (int i = 0; i < 1000; i++) {
            assertThat(find(segments, i)).containsExactly(grant(i, "alice"));
        }
        assertThat(find(segments, 1000)).isEmpty();
        assertThat(segments.stream()).hasSize(1000);
    }

    /** In a table so small that grants move to and fro all the time, and that it grows and shrinks. */
    @Test
    void aLookUpShouldSeeOneGrantOrNoneButNoMixtureWhileOthersMove() throws Exception {
        Segments segments = new Segments(1, new CrowdedHash(64));
        Set<Integer> hashes = new HashSet<>();
        int[] addresses = IntStream.range(0, 10_000)
                .filter(i -> hashes.add(segments.hashOf(address(i))))
                .limit(50)
                .toArray();
        int kept = addresses[0];
        int[] others = Arrays.copyOfRange(addresses, 1, addresses.length);
        put(segments, kept, List.of(grant(kept, "alice"), grant(kept, "bob")));
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Set<List<Grant>>> lookUps = CompletableFuture.supplyAsync(() -> {
            Set<List<Grant>> seen = new HashSet<>();
            do {
                for (int each : addresses) {
                    seen.add(find(segments, each));
                }
            } while (!isOver.get());
            return seen;
        });

        for (int round = 0; round < 20_000; round++) {
            for (int each : others) {
                put(segments, each, List.of(grant(each, "user" + each)));
            }
            for (int each : others) {
                put(segments, each, List.of());
            }
        }
        isOver.set(true);

        Set<List<Grant>> possible = Arrays.stream(others)
                .mapToObj(each -> List.of(grant(each, "user" + each)))
                .collect(Collectors.toSet());
        possible.add(List.of());
        possible.add(List.of(grant(kept, "alice"), grant(kept, "bob")));
        assertThat(lookUps.get())
                .contains(List.of(grant(kept, "alice"), grant(kept, "bob")))
                .isSubsetOf(possible);
    }
}
