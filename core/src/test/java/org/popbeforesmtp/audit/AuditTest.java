// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.RecordedLog;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** The lines of the audit log: one for each decision, and none that a client has made up. */
class AuditTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final Login BOB = Login.of(CLIENT, "bob@example.org", Protocol.POP3, true);

    private final MutableClock clock = new MutableClock();
    private final PolicySettings settings = PolicySettings.builder().build();
    private final Audit audit = new Audit(clock, new SharedAddresses(settings, clock));
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final FakeSenders senders = new FakeSenders().domain("example.org").user("bob@example.org");
    private final RelayPolicy policy =
            new RelayPolicy(settings, store, senders, new LoginsUnderWay(settings, clock), clock);
    private final RecordedLog log = RecordedLog.of("org.popbeforesmtp.audit");
    private final RecordedLog allLogs = RecordedLog.of("org.popbeforesmtp");

    @AfterEach
    void close() {
        log.close();
        allLogs.close();
        store.close();
    }

    @Test
    void eachDecisionShouldBeOneLineWithClientAndUser() {
        Grant grant = Grant.issue(BOB, clock.instant(), Lifetime.parse("15m"));
        audit.recorded(grant);
        audit.excluded(BOB, Reason.USER_EXCLUDED);
        audit.allowed(CLIENT, Optional.of("sales@example.org"), grant);
        audit.allowed(CLIENT, Optional.empty(), grant);
        audit.refused(CLIENT, Optional.of("bob@example.org"), refusal());

        assertThat(log.take())
                .containsExactly(
                        "INFO granted address=192.0.2.1 user=bob@example.org protocol=pop3"
                                + " until=2026-05-04T10:15:00.123Z",
                        "INFO not granted address=192.0.2.1 user=bob@example.org protocol=pop3 reason=user-excluded",
                        "INFO relaying allowed address=192.0.2.1 user=bob@example.org protocol=pop3"
                                + " sender=<sales@example.org> loginAt=2026-05-04T10:00:00.123Z",
                        "INFO relaying allowed address=192.0.2.1 user=bob@example.org protocol=pop3"
                                + " sender=<> loginAt=2026-05-04T10:00:00.123Z",
                        "INFO relaying refused address=192.0.2.1 sender=<bob@example.org> reason=no-grant");
    }

    @Test
    void aGrantThatIsRenewedAfterItEndedShouldBeWritten() {
        Grant grant = Grant.issue(
                Login.of(CLIENT, "bob@example.org", Protocol.POP3, true), clock.instant(), Lifetime.parse("15m"));

        audit.renewedAfterItEnded(grant, clock.instant().minusSeconds(60));

        assertThat(log.take())
                .containsExactly("INFO renewed after it had ended address=192.0.2.1 user=bob@example.org protocol=pop3"
                        + " ended=2026-05-04T09:59:00.123Z until=2026-05-04T10:15:00.123Z");
    }

    @Test
    void aGrantThatNamesNoUserShouldBeWrittenWithADash() {
        audit.recorded(
                Grant.issue(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), clock.instant(), Lifetime.parse("15m")));

        assertThat(log.take()).singleElement().asString().contains(" user=- protocol=drac ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\nINFO granted address=198.51.100.9 user=eve",
                "x\nrelaying allowed",
                "x user=eve protocol=pop3",
                "x\u0085\u2028\u2029y",
                "x\u001b[2Jy",
                "x\u0000y\u0007",
                "\u202egro.elpmaxe@eve",
                "b\u00f6b@example.org",
                "x\ty"
            })
    void aClientShouldNotWriteIntoTheLog(String text) {
        Grant grant = Grant.issue(Login.of(CLIENT, text, Protocol.POP3, true), clock.instant(), Lifetime.parse("15m"));
        audit.recorded(grant);
        audit.excluded(grant.login(), Reason.EXCLUDED);
        audit.allowed(CLIENT, Optional.of(text), grant);
        audit.refused(CLIENT, Optional.of(text), refusal());
        audit.revoking(Revocation.ofUser(text, text));
        audit.revoked(Revocation.ofUser(text, text), 1);

        assertThat(log.take()).hasSize(6).allSatisfy(line -> {
            assertThat(line).matches("[\\x20-\\x7e]*");
            assertThat(line.split(" ", -1)).as("words of %s", line).hasSizeBetween(5, 9);
            assertThat(line).doesNotContain(" user=eve").doesNotContain("=198.51.100.9 ");
        });
    }

    @Test
    void aRevocationShouldBeFollowedFromTheAttemptToTheOutcome() {
        Revocation revocation = Revocation.ofUser("bob@example.org", "webadmin");
        audit.revoking(revocation);
        audit.revocationNotConfirmed(revocation, new StoreUnavailableException("Redis did not answer"));
        audit.revoking(revocation);
        audit.revoked(revocation, 0);

        assertThat(log.take().stream().map(line -> line.replaceFirst("^[A-Z]+ ", "")))
                .containsExactly(
                        "revocation attempted user=bob@example.org by=webadmin",
                        "revocation not confirmed user=bob@example.org by=webadmin",
                        "revocation attempted user=bob@example.org by=webadmin",
                        "revoked user=bob@example.org grants=0 by=webadmin");
    }

    @Test
    void placeholdersInATextShouldBeLeftAlone() {
        audit.refused(CLIENT, Optional.of("{}${jndi:x}@example.org"), refusal());

        assertThat(log.take()).singleElement().asString().contains("sender=<{}${jndi:x}@example.org>");
    }

    @Test
    void aFloodOfRefusalsShouldBeLimitedAndCounted() {
        IntStream.range(0, 500).forEach(i -> audit.refused(CLIENT, Optional.empty(), refusal()));
        assertThat(log.take()).hasSize(20);
        audit.reportSuppressed();
        assertThat(log.take()).containsExactly("INFO 480 more refusals were not written: at most 20 a second are");
        audit.reportSuppressed();
        assertThat(log.take()).isEmpty();

        clock.turn(Duration.ofSeconds(1));
        audit.refused(CLIENT, Optional.empty(), refusal());
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void grantsAndRelaysShouldBeWrittenAsFarAsAnySiteNeedsAndThenCounted() {
        Grant grant = Grant.issue(BOB, clock.instant(), Lifetime.parse("15m"));
        IntStream.range(0, 550).forEach(i -> {
            audit.recorded(grant);
            audit.allowed(CLIENT, Optional.empty(), grant);
        });
        assertThat(log.take()).hasSize(1000);

        audit.reportSuppressed();
        assertThat(log.take())
                .containsExactly("INFO 100 more grants and relays were not written: at most 1000 a second are");

        clock.turn(Duration.ofSeconds(1));
        audit.recorded(grant);
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void blocksShouldBeWrittenWithWhoAndWhyAndHowLong() {
        Block bob = Block.of(
                BlockTarget.ofUser("bob@example.org"),
                clock.instant(),
                clock.instant().plusSeconds(60),
                "stolen\u00e9 password",
                "webadmin");
        Block network = Block.of(
                BlockTarget.of(Network.parse("192.0.2.0/24")),
                clock.instant(),
                clock.instant().plusSeconds(60),
                "",
                "webadmin:eve granted=1");
        audit.changingBlock(BlockChange.put(bob));
        audit.blockChanged(BlockChange.put(bob), 2);
        audit.blockChangeNotConfirmed(BlockChange.put(network), new StoreUnavailableException("away"));
        audit.changingBlock(BlockChange.end(bob.target(), "webadmin"));
        audit.blockChanged(BlockChange.end(bob.target(), "webadmin"), 0);
        audit.excluded(BOB, Reason.BLOCKED);

        assertThat(log.take())
                .containsExactly(
                        "INFO block attempted user=bob@example.org by=webadmin because: stolen? password",
                        "INFO blocked user=bob@example.org until=" + bob.until()
                                + " grants=2 by=webadmin because: stolen? password",
                        "INFO block not confirmed network=192.0.2.0/24 by=webadmin:eve?granted=1",
                        "INFO end of block attempted user=bob@example.org by=webadmin",
                        "INFO block ended user=bob@example.org by=webadmin",
                        "INFO not granted address=" + BOB.address() + " user="
                                + BOB.user().orElseThrow() + " protocol=pop3 reason=blocked");
    }

    @Test
    void aFloodOfGrantsFromDracShouldBeLimitedAndCounted() {
        Grant grant =
                Grant.issue(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), clock.instant(), Lifetime.parse("15m"));
        IntStream.range(0, 500).forEach(i -> audit.recorded(grant));
        assertThat(log.take()).hasSize(100);
        audit.reportSuppressed();
        assertThat(log.take())
                .containsExactly("INFO 400 more grants from DRAC were not written: at most 100 a second are");

        clock.turn(Duration.ofSeconds(1));
        audit.recorded(grant);
        assertThat(log.take()).hasSize(1);
    }

    @Test
    void aStoreThatIsDownShouldBeWarnedOfOnceASecond() {
        store.failWith(Faults.ALL.get(0));
        for (int i = 0; i < 100; i++) {
            audit.refused(CLIENT, Optional.of("bob@example.org"), refusal());
            audit.notRecorded(BOB, new StoreUnavailableException("the store is down"));
        }
        assertThat(warnings())
                .containsExactly(
                        "WARN It could not be decided whether a client may relay, so it may not: the store is down");

        clock.turn(Duration.ofSeconds(1));
        audit.notRecorded(BOB, new StoreUnavailableException("the store is down"));
        audit.reportSuppressed();
        assertThat(warnings())
                .containsExactly(
                        "WARN A login could not be recorded, it grants nothing: the store is down",
                        "WARN 199 more warnings of this kind");
    }

    @Test
    void aFaultThatNobodyExpectsShouldBeNamed() {
        audit.notRecorded(BOB, new NullPointerException());
        clock.turn(Duration.ofSeconds(1));
        audit.notRecorded(BOB, new IllegalStateException("user eve\r\nINFO granted"));
        clock.turn(Duration.ofSeconds(1));
        audit.failed("Recording a POP3 login", new NoClassDefFoundError("x"));

        assertThat(warnings())
                .containsExactly(
                        "WARN A login could not be recorded, it grants nothing: java.lang.NullPointerException",
                        "WARN A login could not be recorded, it grants nothing:"
                                + " java.lang.IllegalStateException: user eve??INFO granted",
                        "WARN Recording a POP3 login failed; the session continues without a grant");
    }

    private List<String> warnings() {
        return allLogs.take().stream().filter(line -> line.startsWith("WARN")).toList();
    }

    private Decision refusal() {
        return policy.decide(CLIENT, Optional.of("bob@example.org"));
    }
}
