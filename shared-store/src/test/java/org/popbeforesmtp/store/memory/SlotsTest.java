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

            assertThat(slots.get(code)).containsExactlyInAnyOrderElementsOf(grants);
        }
        assertThat(slots.all())
                .containsExactlyInAnyOrderElementsOf(
                        model.values().stream().flatMap(Collection::stream).collect(Collectors.toList()));
        for (int number = 0; number < 100; number++) {
            ClientAddress address = address(number);
            int code = hashOf(hash, address);
            List<Grant> active = model.getOrDefault(code, List.of()).stream()
                    .filter(grant -> grant.address().equals(address) && grant.expiresAtMillis() > 700)
                    .collect(Collectors.toList());
            assertThat(slots.find(code, address, () -> 700)).containsExactlyInAnyOrderElementsOf(active);
        }
        for (Integer code : model.keySet()) {
            slots = slots.with(code, List.of());
        }
        assertThat(slots.all()).isEmpty();
        assertThat(slots.count()).isEqualTo(4);
    }

    /** One grant of an address more, one less, or one renewed. */
    private static List<Grant> changed(List<Grant> grants, ClientAddress address, Random random, int step) {
        List<Grant> changed = new ArrayList<>(grants);
        if (!changed.isEmpty() && random.nextInt(4) == 0) {
            Grant renewed = changed.remove(random.nextInt(changed.size()));
            changed.add(Grant.ofEpochMillis(renewed.login(), step - 50L, step + random.nextInt(1000)));
        } else if (changed.isEmpty() || random.nextInt(5) < 3) {
            Protocol protocol = random.nextBoolean() ? Protocol.POP3 : Protocol.DRAC;
            Login login = Login.of(address, "user" + step, protocol, random.nextBoolean());
            changed.add(Grant.ofEpochMillis(login, step - 100L, step + random.nextInt(1000)));
        } else {
            changed.remove(random.nextInt(changed.size()));
        }
        Collections.shuffle(changed, random);
        return changed;
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
    void aQuarterShouldStayFreeAndATableShouldDoubleAtTheMost() {
        AddressHash hash = new SecretHash();
        Slots slots = empty(hash);
        for (int i = 0; i < 10_000; i++) {
            Grant grant = Grant.ofEpochMillis(Login.of(address(i), "alice", Protocol.POP3, true), 1, 2);
            slots = slots.with(hashOf(hash, address(i)), List.of(grant));
            int live = i + 1;
            assertThat(slots.count()).isBetween(live * 4 / 3, Math.max(4, live * 8 / 3));
        }
        assertThat(slots.all()).hasSize(10_000);
    }
}
