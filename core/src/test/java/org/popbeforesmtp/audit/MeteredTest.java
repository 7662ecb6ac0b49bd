// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.james.metrics.api.Gauge;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.policy.UserSet;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;
import org.popbeforesmtp.usage.UsageStore;

class MeteredTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final Login BOB = Login.of(CLIENT, "bob@example.org", Protocol.POP3, true);

    private final MutableClock clock = new MutableClock();
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final RecordingMetricFactory metrics = new RecordingMetricFactory();
    private final UsageStore usage = new UsageStore(new MemoryValueStore(clock), clock, Duration.ofDays(90));
    private final Metered metered = new Metered(metrics);

    private final Map<String, Gauge<?>> gauges = new HashMap<>();
    private final GaugeRegistry registry = new GaugeRegistry() {
        @Override
        public <T> GaugeRegistry register(String name, Gauge<T> gauge) {
            gauges.put(name, gauge);
            return this;
        }

        @Override
        public <T> SettableGauge<T> settableGauge(String name) {
            throw new UnsupportedOperationException("nothing here is set");
        }
    };

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void eachEventShouldBeCounted() {
        Grant grant = Grant.issue(BOB, clock.instant(), Lifetime.parse("15m"));
        metered.recorded(grant);
        metered.excluded(BOB, Reason.EXCLUDED);
        metered.notRecorded(BOB, new StoreUnavailableException("down"));
        metered.allowed(CLIENT, Optional.empty(), grant);
        metered.revoking(Revocation.ofAddress(CLIENT, "me"));
        metered.revoked(Revocation.ofAddress(CLIENT, "me"), 2);
        metered.revoked(Revocation.ofUser("bob@example.org", "me"), 3);
        metered.revocationNotConfirmed(
                Revocation.ofUser("bob@example.org", "me"), new StoreUnavailableException("down"));
        metered.accepted(CLIENT, grant, 2);
        metered.manyRecipients("alice@example.org", 1000);
        metered.authenticated("alice@example.org");
        metered.failed("Something", new IllegalStateException());

        assertThat(count("LoginsRecorded")).isEqualTo(1);
        assertThat(count("LoginsNotRecorded")).isEqualTo(2);
        assertThat(count("TransactionsAllowed")).isEqualTo(1);
        assertThat(count("MessagesAccepted")).isEqualTo(1);
        assertThat(count("ManyRecipients")).isEqualTo(1);
        assertThat(count("GrantsRevoked")).isEqualTo(5);
        assertThat(count("HookFailures")).isEqualTo(1);
    }

    @Test
    void refusalsShouldBeCountedByReason() {
        PolicySettings settings = PolicySettings.builder().build();
        RelayPolicy policy = new RelayPolicy(
                settings, store, new FakeSenders().domain("example.org"), new LoginsUnderWay(settings, clock), clock);
        Decision noGrant = policy.decide(CLIENT, Optional.of("bob@example.org"));
        store.failWith(Faults.ALL.get(0));
        Decision unknown = policy.decide(CLIENT, Optional.of("bob@example.org"));

        metered.refused(CLIENT, Optional.empty(), noGrant);
        metered.refused(CLIENT, Optional.empty(), unknown);
        metered.refused(CLIENT, Optional.empty(), unknown);

        assertThat(count("RefusedNoGrant")).isEqualTo(1);
        assertThat(count("RefusedUnknown")).isEqualTo(2);
        assertThat(count("RefusedShared")).isZero();
    }

    @Test
    void blocksShouldCount() {
        Block block = Block.of(BlockTarget.ofUser("bob"), clock.instant(), clock.instant(), "", "admin");
        metered.changingBlock(BlockChange.put(block));
        metered.blockChanged(BlockChange.put(block), 3);
        metered.excluded(BOB, Reason.BLOCKED);
        metered.blockChangeNotConfirmed(BlockChange.put(block), new StoreUnavailableException("away"));

        assertThat(count("GrantsRevoked")).isEqualTo(3);
        assertThat(count("LoginsNotRecorded")).isEqualTo(1);
    }

    @Test
    void allNamesShouldBeginAlikeAndBeThereFromTheStart() {
        assertThat(metrics.countForPrefixName("popBeforeSmtp").keySet())
                .contains(
                        "popBeforeSmtpLoginsRecorded",
                        "popBeforeSmtpRefusedNoGrant",
                        "popBeforeSmtpRefusedSender",
                        "popBeforeSmtpRefusedShared",
                        "popBeforeSmtpRefusedUnencrypted",
                        "popBeforeSmtpRefusedExcluded",
                        "popBeforeSmtpRefusedBlocked",
                        "popBeforeSmtpRefusedUnknown");
    }

    @Test
    void gaugesShouldFollowTheStore() {
        Metered.gauges(
                registry,
                store,
                new MemoryValueStore(clock),
                () -> 3,
                new SharedAddresses(PolicySettings.builder().build(), clock));
        store.record(BOB, Lifetime.parse("15m"));

        assertThat(gauges.keySet())
                .containsExactlyInAnyOrderElementsOf(List.of(
                        "popBeforeSmtpActiveGrants",
                        "popBeforeSmtpBlocksInForce",
                        "popBeforeSmtpEvictions",
                        "popBeforeSmtpStoreFailures",
                        "popBeforeSmtpRecordsEvicted",
                        "popBeforeSmtpSharedAddresses"));
        assertThat(gauges)
                .extractingByKey("popBeforeSmtpActiveGrants")
                .extracting(Gauge::get)
                .isEqualTo(1L);
        assertThat(gauges)
                .extractingByKey("popBeforeSmtpEvictions")
                .extracting(Gauge::get)
                .isEqualTo(0L);
    }

    @Test
    void gaugesShouldShowTheStateOfTheRetirement() {
        Instant start = clock.instant().plus(Duration.ofDays(10));
        Retirement retirement = Retirement.of(
                Optional.of(start.plus(Duration.ofDays(10))),
                Retirement.parseBrownouts(List.of(start + "/PT1H")),
                Optional.of(Duration.ofDays(4)),
                UserSet.parse(List.of()));
        PolicySettings settings =
                PolicySettings.builder().retirement(retirement).build();
        Metered.retirementGauges(registry, () -> settings, new DependentUsers(usage, clock), clock);

        assertThat(gauges.keySet())
                .containsExactlyInAnyOrder(
                        "popBeforeSmtpDependentUsers",
                        "popBeforeSmtpObserving",
                        "popBeforeSmtpBrownoutShare",
                        "popBeforeSmtpRetired");
        assertThat(value("Observing")).isEqualTo(0);
        assertThat(value("BrownoutShare")).isEqualTo(0.0);
        clock.turn(Duration.ofDays(10));
        assertThat(value("BrownoutShare")).isEqualTo(1.0);
        assertThat(settings.limitationsAt(clock.instant()))
                .singleElement()
                .asString()
                .startsWith("a brown-out is on until " + start.plus(Duration.ofHours(1)));
        clock.turn(Duration.ofDays(8));
        assertThat(value("BrownoutShare")).isEqualTo(0.5);
        assertThat(settings.limitationsAt(clock.instant()))
                .singleElement()
                .asString()
                .startsWith("the ramp before retirement.date is on");
        assertThat(value("Retired")).isEqualTo(0);
        clock.turn(Duration.ofDays(2));
        assertThat(value("BrownoutShare")).isEqualTo(0.0);
        assertThat(value("Retired")).isEqualTo(1);
        assertThat(settings.limitationsAt(clock.instant()))
                .singleElement()
                .asString()
                .startsWith("retirement.date has passed");
    }

    @Test
    void dependentUsersShouldBeThoseOfTheLast30DaysAsOfTheLastCount() {
        DependentUsers dependents = new DependentUsers(usage, clock);
        UsageCounter usageCounter = new UsageCounter(usage, clock, 10);
        usageCounter.accepted(CLIENT, grantTo("bob"), 1);
        usageCounter.flush();
        clock.turn(Duration.ofDays(20));
        usageCounter.accepted(CLIENT, grantTo("alice"), 1);
        usageCounter.flush();
        assertThat(dependents.count()).isZero();

        dependents.run();
        assertThat(dependents.count()).isEqualTo(2);
        usageCounter.accepted(CLIENT, grantTo("carol"), 1);
        usageCounter.flush();
        clock.turn(Duration.ofMinutes(10).minusMillis(1));
        dependents.run();
        assertThat(dependents.count()).isEqualTo(2);
        clock.turn(Duration.ofMillis(1));
        dependents.run();
        assertThat(dependents.count()).isEqualTo(3);
        clock.turn(Duration.ofDays(11));
        dependents.run();
        assertThat(dependents.count()).isEqualTo(2);
    }

    private Object value(String gauge) {
        return Objects.requireNonNull(gauges.get("popBeforeSmtp" + gauge)).get();
    }

    private Grant grantTo(String user) {
        return Grant.issue(Login.of(CLIENT, user, Protocol.POP3, true), clock.instant(), Lifetime.parse("15m"));
    }

    private int count(String name) {
        return metrics.countFor("popBeforeSmtp" + name);
    }
}
