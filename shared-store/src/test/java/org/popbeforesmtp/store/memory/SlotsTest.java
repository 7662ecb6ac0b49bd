// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class SlotsTest {

    private static final ClientAddress ADDRESS = ClientAddress.parse("2001:db8::1");

    private static Slots empty(AddressHash hash) {
        return new Slots(hash, new ProtocolNumbers());
    }

    private static int hashOf(AddressHash hash, ClientAddress address) {
        return hash.of(address.highBits(), address.lowBits());
    }

    private static ClientAddress address(int number) {
        return ClientAddress.ofBits(number % 2, number);
    }

    /** A model that is too simple to be wrong: what was put there for each hash. */
    @Property(tries = 300)
    void shouldHoldWhatWasPutThere(@ForAll Random random, @ForAll @IntRange(min = 1, max = 200) int hashes) {
        AddressHash hash = new CrowdedHash(hashes);
        Map<Integer, List<Grant>> model = new HashMap<>();
        Slots slots = empty(hash);
        for (int step = 0; step < 300; step++) {
            ClientAddress address = address(random.nextInt(100));
            int code = hashOf(hash, address);
            List<Grant> grants = changed(slots.get(code), address, random, step);

            slots = slots.with(code, grants);
            model.put(code, grants);

            assertThat(slots.get(code)).isEqualTo(grants);
        }
        assertThat(slots.all())
                .containsExactlyInAnyOrderElementsOf(
                        model.values().stream().flatMap(Collection::stream).collect(Collectors.toList()));
        for (int number = 0; number < 100; number++) {
            assertFindsAtOnce(slots, hash, address(number), model);
        }
        for (Integer code : model.keySet()) {
            slots = slots.with(code, List.of());
        }
        assertThat(slots.all()).isEmpty();
        assertThat(slots.count()).isEqualTo(4);
    }

    /** One more grant of an address, or one less. */
    private static List<Grant> changed(List<Grant> grants, ClientAddress address, Random random, int step) {
        List<Grant> changed = new ArrayList<>(grants);
        if (random.nextInt(5) < 3 || changed.isEmpty()) {
            Protocol protocol = random.nextBoolean() ? Protocol.POP3 : Protocol.DRAC;
            Login login = Login.of(address, "user" + step, protocol, random.nextBoolean());
            changed.add(Grant.ofEpochMillis(login, step - 100L, step + random.nextInt(1000)));
        } else {
            changed.remove(random.nextInt(changed.size()));
        }
        Collections.shuffle(changed, random);
        return changed;
    }

    private static void assertFindsAtOnce(
            Slots slots, AddressHash hash, ClientAddress address, Map<Integer, List<Grant>> model) {
        int code = hashOf(hash, address);
        List<Grant> expected = model.getOrDefault(code, List.of()).stream()
                .filter(grant -> grant.address().equals(address))
                .collect(Collectors.toList());
        int slot = slots.find(code, address);
        assertThat(slot == Slots.NONE).isEqualTo(expected.isEmpty());
        if (slot != Slots.NONE) {
            assertThat(slots.grant(address, slots.user(slot), slots.expiresAt(slot), slots.grantedAtAndHow(slot)))
                    .isEqualTo(expected.get(0));
            assertThat(slots.isFollowed(slot) || expected.size() == 1).isTrue();
        }
    }

    @Test
    void oneGrantOfAnAddressShouldNotBeFollowed() {
        AddressHash hash = new SecretHash();
        int code = hashOf(hash, ADDRESS);
        Grant alice = Grant.ofEpochMillis(Login.of(ADDRESS, "alice", Protocol.POP3, true), 1, 2);
        Grant bob = Grant.ofEpochMillis(Login.of(ADDRESS, "bob", Protocol.POP3, true), 1, 2);

        Slots one = empty(hash).with(code, List.of(alice));
        assertThat(one.isFollowed(one.find(code, ADDRESS))).isFalse();
        Slots two = one.with(code, List.of(alice, bob));
        assertThat(two.isFollowed(two.find(code, ADDRESS))).isTrue();
        Slots oneAgain = two.with(code, List.of(bob));
        assertThat(oneAgain.isFollowed(oneAgain.find(code, ADDRESS))).isFalse();
    }

    @Test
    void everyPartOfAGrantShouldComeBack() {
        AddressHash hash = new SecretHash();
        for (Grant grant : List.of(
                Grant.ofEpochMillis(Login.of(ADDRESS, "alice", Protocol.POP3, true), 0, 0),
                Grant.ofEpochMillis(Login.of(ADDRESS, "alice", Protocol.MANUAL, false), -1, 1L << 50),
                Grant.ofEpochMillis(
                        Login.ofUnknownUser(ADDRESS, Protocol.DRAC, false), 4_102_444_800_000L, Long.MAX_VALUE))) {
            int code = hashOf(hash, ADDRESS);
            assertThat(empty(hash).with(code, List.of(grant)).get(code)).containsExactly(grant);
        }
    }

    @Test
    void aQuarterShouldStayFree() {
        AddressHash hash = new SecretHash();
        Slots slots = empty(hash);
        for (int i = 0; i < 10_000; i++) {
            Grant grant = Grant.ofEpochMillis(Login.of(address(i), "alice", Protocol.POP3, true), 1, 2);
            slots = slots.with(hashOf(hash, address(i)), List.of(grant));
            assertThat(slots.count()).isGreaterThanOrEqualTo((i + 1) * 4 / 3).isLessThanOrEqualTo(4 + i * 8 / 3);
        }
        assertThat(slots.all()).hasSize(10_000);
    }
}
