// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** What becomes of decisions while grants come to their end, or are only observed. */
class RetiringPolicyTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final ClientAddress OTHER = ClientAddress.parse("192.0.2.2");
    private static final String BOB = "bob@example.org";
    private static final String PRINTER = "printer@example.org";
    private static final Instant DATE = Instant.parse("2027-06-01T06:00:00Z");

    private final MutableClock clock = new MutableClock(DATE.minus(Duration.ofDays(1)));
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final PolicySettings.Builder settings = PolicySettings.builder()
            .retirement(Retirement.of(
                    Optional.of(DATE),
                    Retirement.parseBrownouts(List.of("2027-05-31T07:00Z/PT1H")),
                    Optional.empty(),
                    UserSet.parse(List.of(PRINTER))));

    @AfterEach
    void close() {
        store.close();
    }

    private RelayPolicy policy() {
        PolicySettings built = settings.build();
        FakeSenders senders = new FakeSenders().domain("example.org").user(BOB).user(PRINTER);
        return new RelayPolicy(built, store, senders, new LoginsUnderWay(built, clock), clock);
    }

    private void logIn(String user) {
        store.record(Login.of(CLIENT, user, Protocol.POP3, true), Lifetime.parse("24h"));
    }

    private Optional<Reason> reason(ClientAddress client, String sender) {
        return policy().decide(client, Optional.of(sender)).reason();
    }

    @Test
    void aGrantShouldAllowUntilABrownoutAndAfterIt() {
        logIn(BOB);
        RelayPolicy policy = policy();

        assertThat(policy.decide(CLIENT, Optional.of(BOB)).isAllowed()).isTrue();
        clock.turn(Duration.ofHours(1));
        Decision paused = policy.decide(CLIENT, Optional.of(BOB));
        clock.turn(Duration.ofHours(1));

        assertThat(paused.reason()).contains(Reason.BROWNOUT);
        assertThat(paused.seen()).hasSize(1);
        assertThat(policy.decide(CLIENT, Optional.of(BOB)).isAllowed()).isTrue();
    }

    @Test
    void aBrownoutShouldNotHideWhatElseIsWrong() {
        logIn(BOB);
        clock.turn(Duration.ofHours(1));

        assertThat(reason(OTHER, BOB)).contains(Reason.NO_GRANT);
        assertThat(reason(CLIENT, PRINTER)).contains(Reason.SENDER);
    }

    @Test
    void afterTheDateNobodyShouldBeToldToLogInButWhoIsExempt() {
        clock.turn(Duration.ofDays(1));
        logIn(BOB);

        assertThat(reason(CLIENT, BOB)).contains(Reason.RETIRED);
        assertThat(reason(OTHER, BOB)).contains(Reason.RETIRED);
        assertThat(reason(OTHER, PRINTER)).contains(Reason.NO_GRANT);
    }

    @Test
    void whoIsExemptShouldBeAllowedAfterTheDate() {
        clock.turn(Duration.ofDays(1));
        logIn(PRINTER);

        assertThat(policy().decide(CLIENT, Optional.of(PRINTER)).isAllowed()).isTrue();
    }

    @Test
    void aStoreThatIsDownShouldStillBeUnknown() {
        clock.turn(Duration.ofHours(1));
        store.failWith(Faults.ALL.get(0));

        assertThat(reason(CLIENT, BOB)).contains(Reason.UNKNOWN);
    }

    @Test
    void observingShouldAllowNothingAndNameTheGrant() {
        settings.observing(true);
        logIn(BOB);

        Decision decision = policy().decide(CLIENT, Optional.of(BOB));

        assertThat(decision.isAllowed()).isFalse();
        assertThat(decision.grant()).isEmpty();
        assertThat(decision.reason()).contains(Reason.OBSERVED);
        assertThat(decision.observed().flatMap(Grant::user)).contains(BOB);
        assertThat(reason(OTHER, BOB)).contains(Reason.NO_GRANT);
    }

    @Test
    void refusalsShouldNameTheDate() {
        RefusalTexts texts = RefusalTexts.of(Map.of(), "https://help.example.org", settings.build());

        assertThat(texts.withStatus(Reason.RETIRED, CLIENT))
                .isEqualTo("5.7.1 Relaying denied for 192.0.2.1: sending after checking mail has ended on"
                        + " 2027-06-01 06:00 UTC; turn on SMTP authentication (help: https://help.example.org)");
        assertThat(texts.withStatus(Reason.BROWNOUT, CLIENT))
                .isEqualTo("4.7.1 Relaying denied for 192.0.2.1: sending after checking mail is paused now and ends for"
                        + " good on 2027-06-01 06:00 UTC; send again later, or turn on SMTP authentication"
                        + " (help: https://help.example.org)");
    }
}
