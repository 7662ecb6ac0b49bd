// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** {@link RelayPolicy#isInForce}. */
class GrantsInForceTest {

    /** Whoever asks the user base here has done too much. */
    private static final Senders NOBODY_ASKS = new Senders() {
        @Override
        public boolean isLocalDomain(String domain) {
            throw new AssertionError("asked for " + domain);
        }

        @Override
        public boolean exists(String user) {
            throw new AssertionError("asked for " + user);
        }

        @Override
        public String userOf(String address) {
            throw new AssertionError("asked for " + address);
        }

        @Override
        public Set<String> usersByAlias(String address) {
            throw new AssertionError("asked for " + address);
        }
    };

    private final MutableClock clock = new MutableClock();
    private final GrantStore store = new MemoryGrantStore(clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS));

    private RelayPolicy policy(PolicySettings settings) {
        return new RelayPolicy(settings, store, NOBODY_ASKS, new LoginsUnderWay(settings, clock), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private boolean isInForce(PolicySettings.Builder settings, Grant grant) {
        return policy(settings.build()).isInForce(grant);
    }

    private Grant grant(String address, Protocol protocol, boolean encrypted, String lifetime) {
        return Grant.issue(
                Login.of(ClientAddress.parse(address), "bob@example.com", protocol, encrypted),
                clock.instant(),
                Lifetime.parse(lifetime));
    }

    private Grant grantTo(String address) {
        return grant(address, Protocol.POP3, true, "15m");
    }

    @Test
    void aGrantShouldBeInForceUnderTheDefaults() {
        assertThat(isInForce(PolicySettings.builder(), grant("192.0.2.1", Protocol.POP3, false, "15m")))
                .isTrue();
    }

    @Test
    void aGrantWithoutTlsShouldNotBeInForceWhereTlsIsRequired() {
        PolicySettings.Builder settings = PolicySettings.builder().requireTls(true);

        assertThat(isInForce(settings, grant("192.0.2.1", Protocol.POP3, false, "15m")))
                .isFalse();
        assertThat(isInForce(settings, grantTo("192.0.2.1"))).isTrue();
    }

    @Test
    void aGrantInAnExcludedNetworkShouldNotBeInForce() {
        PolicySettings.Builder settings =
                PolicySettings.builder().excluded(NetworkSet.parse(List.of("192.0.2.0/24", "2001:db8::/32")));

        assertThat(isInForce(settings, grantTo("192.0.2.1"))).isFalse();
        assertThat(isInForce(settings, grantTo("2001:db8::1"))).isFalse();
        assertThat(isInForce(settings, grantTo("198.51.100.1"))).isTrue();
    }

    @Test
    void onlyGrantsInTheNamedNetworksShouldBeInForce() {
        PolicySettings.Builder settings = PolicySettings.builder().only(NetworkSet.parse(List.of("192.0.2.0/24")));

        assertThat(isInForce(settings, grantTo("192.0.2.1"))).isTrue();
        assertThat(isInForce(settings, grantTo("198.51.100.1"))).isFalse();
    }

    @Test
    void theGrantOfAPrefixShouldBeInForceIfSomeOfItsClientsMayGrant() {
        PolicySettings.Builder settings = PolicySettings.builder().ipv6PrefixLength(64);
        Grant household = grantTo("2001:db8::");

        assertThat(isInForce(settings.excluded(NetworkSet.parse(List.of("2001:db8::/128"))), household))
                .isTrue();
        assertThat(isInForce(settings.excluded(NetworkSet.parse(List.of("2001:db8::/64"))), household))
                .isFalse();
    }

    @Test
    void theGrantOfAPrefixShouldBeInForceIfOneOfItsClientsIsNamed() {
        PolicySettings.Builder settings = PolicySettings.builder().ipv6PrefixLength(64);
        Grant household = grantTo("2001:db8::");

        assertThat(isInForce(settings.only(NetworkSet.parse(List.of("2001:db8::5/128"))), household))
                .isTrue();
        assertThat(isInForce(settings.only(NetworkSet.parse(List.of("2001:db8:0:1::5/128"))), household))
                .isFalse();
    }

    @Test
    void aGrantFromALongerLifetimeShouldNotBeInForceOneLifetimeAfterTheStart() {
        Grant old = grant("192.0.2.1", Protocol.POP3, true, "1h");
        clock.turn(Duration.ofMinutes(1));
        RelayPolicy policy =
                policy(PolicySettings.builder().lifetime(Lifetime.parse("5m")).build());

        assertThat(policy.isInForce(old)).isTrue();
        clock.turn(Duration.ofMinutes(5));
        assertThat(policy.isInForce(old)).isFalse();
    }

    @Test
    void aGrantByHandShouldKeepALifetimeOfItsOwn() {
        RelayPolicy policy =
                policy(PolicySettings.builder().lifetime(Lifetime.parse("5m")).build());
        Grant manual = grant("192.0.2.1", Protocol.MANUAL, true, "1h");
        clock.turn(Duration.ofMinutes(5));

        assertThat(policy.isInForce(manual)).isTrue();
    }

    @Test
    void aGrantWhoseLoginIsTooLongAgoShouldNotBeInForce() {
        PolicySettings.Builder settings = PolicySettings.builder().lifetimeMax(Duration.ofHours(1));
        RelayPolicy policy = policy(settings.build());
        Grant kept = grant("192.0.2.1", Protocol.POP3, true, "2h");
        Grant manual = grant("192.0.2.1", Protocol.MANUAL, true, "2h");
        clock.turn(Duration.ofHours(1));
        assertThat(policy.isInForce(kept)).isTrue();

        clock.turn(Duration.ofSeconds(1));
        assertThat(policy.isInForce(kept)).isFalse();
        assertThat(policy.isInForce(manual)).isTrue();
    }
}
