// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.slf4j.LoggerFactory;

class SharedAddressesTest {

    private final MutableClock clock = new MutableClock();
    private final Lifetime lifetime = Lifetime.parse("15m");
    private final SharedAddresses shared = new SharedAddresses(
            PolicySettings.builder().lifetime(lifetime).maxUsersPerAddress(2).build(), clock);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.popbeforesmtp");

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private List<Grant> threeUsersAt(String address) {
        return IntStream.range(0, 3)
                .mapToObj(i -> Grant.issue(
                        Login.of(ClientAddress.parse(address), "user" + i + "@example.com", Protocol.POP3, true),
                        clock.instant(),
                        lifetime))
                .toList();
    }

    @Test
    void aSharedAddressShouldBeWarnedOfOncePerLifetime() {
        shared.met(threeUsersAt("192.0.2.1"));
        clock.turn(Duration.ofMinutes(15).minusMillis(1));
        shared.met(threeUsersAt("192.0.2.1"));
        assertThat(log.list).hasSize(1);

        clock.turn(Duration.ofMillis(1));
        shared.met(threeUsersAt("192.0.2.1"));
        assertThat(log.list).hasSize(2).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage())
                    .startsWith("Address 192.0.2.1 is shared: 3 users logged in from there within 15 minutes,"
                            + " more than maxUsersPerAddress=2. It grants nothing until");
        });
    }

    @Test
    void eachAddressShouldBeWarnedOf() {
        shared.met(threeUsersAt("192.0.2.1"));
        shared.met(threeUsersAt("192.0.2.2"));
        shared.met(threeUsersAt("192.0.2.1"));

        assertThat(log.list).hasSize(2);
        assertThat(shared.count()).isEqualTo(2);
    }

    @Test
    void anAddressShouldNotCountOnceItsLifetimeIsOver() {
        shared.met(threeUsersAt("192.0.2.1"));
        clock.turn(Duration.ofMinutes(10));
        shared.met(threeUsersAt("192.0.2.2"));
        clock.turn(Duration.ofMinutes(5));

        assertThat(shared.count()).isEqualTo(1);
    }

    @Test
    void oneUserWithTwoGrantsShouldCountOnce() {
        List<Grant> grants = threeUsersAt("192.0.2.1");
        Grant other = Grant.issue(
                Login.of(ClientAddress.parse("192.0.2.1"), "user0@example.com", Protocol.POP3, false),
                clock.instant(),
                lifetime);

        shared.met(List.of(grants.get(0), grants.get(1), grants.get(2), other));

        assertThat(log.list.get(0).getFormattedMessage()).contains("3 users");
    }

    @Test
    void manySharedAddressesShouldNotTakeMemoryWithoutEnd() {
        Level before = logger.getLevel();
        logger.setLevel(Level.ERROR);
        try {
            for (int i = 0; i < SharedAddresses.MOST + 100; i++) {
                shared.met(threeUsersAt("10.0." + i / 256 + "." + i % 256));
            }
        } finally {
            logger.setLevel(before);
        }

        assertThat(shared.count()).isEqualTo(SharedAddresses.MOST);
    }

    @Test
    void aRefusalWithoutGrantsShouldSayNothing() {
        shared.met(List.of());

        assertThat(log.list).isEmpty();
        assertThat(shared.count()).isZero();
    }
}
