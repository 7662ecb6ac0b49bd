// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

class DracCallsTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.17");
    private static final ClientAddress EXCLUDED = ClientAddress.parse("192.0.2.200");
    private static final ClientAddress CALLER = ClientAddress.parse("198.51.100.25");

    private final MutableClock clock = new MutableClock();
    private final GrantStore store = new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS));
    private final PolicySettings policy = PolicySettings.builder()
            .excluded(NetworkSet.parse(List.of("192.0.2.128/25")))
            .ipv6PrefixLength(64)
            .build();
    private final DracCalls calls = DracCalls.recordedBy(new LoginRecorder(policy, store, nobodyListens(), clock));

    private static GrantEvents nobodyListens() {
        return (GrantEvents) Proxy.newProxyInstance(
                GrantEvents.class.getClassLoader(),
                new Class<?>[] {GrantEvents.class},
                (proxy, method, arguments) -> null);
    }

    @AfterEach
    void tearDown() {
        store.close();
    }

    @Test
    void addShouldGrantToAnUnknownUserForTheLifetime() {
        assertThat(calls.add(CLIENT, CALLER)).isEqualTo(DracResult.SUCCESS);

        Grant grant = store.find(CLIENT).get(0);
        assertThat(grant.user()).isEmpty();
        assertThat(grant.protocol()).isEqualTo(Protocol.DRAC);
        assertThat(grant.encrypted()).isFalse();
        clock.turn(Duration.ofMinutes(15));
        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void addShouldProlongTheGrantWhenItIsRepeated() {
        calls.add(CLIENT, CALLER);
        clock.turn(Duration.ofMinutes(14));
        calls.add(CLIENT, CALLER);
        clock.turn(Duration.ofMinutes(14));

        assertThat(store.find(CLIENT)).hasSize(1);
    }

    @Test
    void addShouldGrantToTheNetworkOfAnIpv6Address() {
        calls.add(ClientAddress.parse("2001:db8::1"), CALLER);

        assertThat(store.find(ClientAddress.parse("2001:db8::"))).hasSize(1);
    }

    @Test
    void addShouldNotBePermittedForAnExcludedNetwork() {
        assertThat(calls.add(EXCLUDED, CALLER)).isEqualTo(DracResult.PERMISSION_DENIED);
        assertThat(store.find(EXCLUDED)).isEmpty();
    }

    @Test
    void addShouldReportAStoreThatDoesNotAnswer() {
        store.close();

        assertThat(calls.add(CLIENT, CALLER)).isEqualTo(DracResult.SYSTEM_ERROR);
        assertThat(calls.add(EXCLUDED, CALLER)).isEqualTo(DracResult.PERMISSION_DENIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "255.255.255.255",
                "224.0.0.1",
                "239.255.255.250",
                "240.0.0.1",
                "::",
                "ff02::1",
                "ff0e::101",
                "::ffff:0.0.0.0",
                "::ffff:224.0.0.1",
                "::ffff:255.255.255.255",
                "::192.0.2.17"
            })
    void addShouldNotBePermittedForWhatNoClientCanHave(String address) {
        assertThat(calls.add(ClientAddress.parse(address), CALLER)).isEqualTo(DracResult.PERMISSION_DENIED);
        assertThat(store.find(policy.grantAddress(ClientAddress.parse(address))))
                .isEmpty();
    }
}
