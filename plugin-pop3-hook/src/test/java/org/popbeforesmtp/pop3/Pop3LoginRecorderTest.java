// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.pop3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.ConnectHandler;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerResultHandler;
import org.apache.james.protocols.pop3.POP3Response;
import org.apache.james.protocols.pop3.POP3Session;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.fakes.Conversation;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

class Pop3LoginRecorderTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final String BOB = "bob@example.org";
    private static final String ALICE = "alice@example.org";
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final MutableClock clock = new MutableClock();
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final RecordedEvents events = new RecordedEvents();
    private final LoginsUnderWay underWay =
            new LoginsUnderWay(PolicySettings.builder().build(), clock);
    private final Pop3LoginRecorder recorder = recorder(PolicySettings.builder(), "15m");

    @AfterEach
    void close() {
        store.close();
    }

    static Stream<Supplier<Throwable>> faults() {
        return Faults.ALL.stream();
    }

    // ---- once per login

    @Test
    void aLoginShouldBeRecordedOnce() {
        Conversation<POP3Session> client = connect();
        client.send("USER " + BOB);
        assertThat(store.records()).isZero();

        assertThat(client.send("PASS secret")).startsWith("+OK");
        client.send("STAT");
        client.send("NOOP");

        assertThat(store.records()).isOne();
        Grant grant = onlyGrant();
        assertThat(grant.user()).contains(BOB);
        assertThat(grant.protocol()).isEqualTo(Protocol.POP3);
        assertThat(grant.encrypted()).isFalse();
        assertThat(grant.expiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(15)).truncatedTo(ChronoUnit.MILLIS));
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 bob@example.org");
    }

    @Test
    void aLoginByApopShouldBeRecordedOnce() {
        Conversation<POP3Session> client = connect();

        assertThat(client.send("APOP " + BOB + " secret")).startsWith("+OK");
        client.send("STAT");

        assertThat(store.records()).isOne();
        assertThat(onlyGrant().user()).contains(BOB);
    }

    @Test
    void aLoginByAuthWithAnInitialResponseShouldBeRecordedOnce() {
        Conversation<POP3Session> client = connect();

        assertThat(client.send("AUTH " + BOB + " secret")).startsWith("+OK");
        client.send("STAT");

        assertThat(store.records()).isOne();
        assertThat(onlyGrant().user()).contains(BOB);
    }

    @Test
    void aLoginByAuthWithAContinuationLineShouldBeRecordedAtTheNextCommand() {
        Conversation<POP3Session> client = connect();

        assertThat(client.send("AUTH " + BOB)).startsWith("+");
        assertThat(client.send("secret")).startsWith("+OK");
        client.send("STAT");
        client.send("STAT");

        assertThat(store.records()).isOne();
        assertThat(onlyGrant().user()).contains(BOB);
    }

    @Test
    void aLoginByAuthWithAContinuationLineShouldBeRecordedAtTheEndIfNoCommandFollows() {
        Conversation<POP3Session> client = connect();
        client.send("AUTH " + BOB);
        client.send("secret");

        client.hangUp();

        assertThat(onlyGrant().user()).contains(BOB);
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 bob@example.org");
    }

    /** James writes the reply once the result handlers have returned. */
    @Test
    void aLoginShouldBeRecordedBeforeTheReplyIsWritten() {
        POP3Session session = connect().session();
        session.setUsername(Username.of(BOB));
        session.setHandlerState(POP3Session.TRANSACTION);

        recorder.onResponse(session, POP3Response.OK, 0, recorder);

        assertThat(onlyGrant().user()).contains(BOB);
    }

    @Test
    void aLoginShouldBeRecordedEvenIfTheClientHangsUpAtOnce() {
        Conversation<POP3Session> client = loggedIn(BOB);

        client.hangUp();

        assertThat(onlyGrant().user()).contains(BOB);
        assertThat(store.records()).isOne();
    }

    @Test
    void anEncryptedLoginShouldBeRecordedAsSuch() {
        Conversation<POP3Session> client = connect();
        assertThat(client.send("STLS")).startsWith("+OK");
        client.send("USER " + BOB);
        client.send("PASS secret");

        assertThat(onlyGrant().encrypted()).isTrue();
    }

    @Test
    void theNameShouldBeTheOneThatJamesKnows() {
        loggedIn("Bob@Example.ORG");

        assertThat(onlyGrant().user()).contains(BOB);
    }

    @Test
    void anIpv6ClientShouldBeRecordedUnderItsAddress() {
        ClientAddress client = ClientAddress.parse("2001:db8::7");
        Conversation<POP3Session> conversation = new JamesPop3Server(recorder).connect(client);
        conversation.send("USER " + BOB);
        conversation.send("PASS secret");

        assertThat(store.find(client)).hasSize(1);
    }

    // ---- never without a login

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PASS secret",
                "USER bob@example.org;PASS wrong",
                "USER bob@example.org;PASS",
                "USER bob@example.org;NOOP",
                "APOP bob@example.org wrong",
                "APOP bob@example.org",
                "AUTH bob@example.org wrong",
                "AUTH bob@example.org;wrong;STAT",
                "AUTH bob@example.org;STAT",
                "STAT;UIDL;RETR 1;DELE 1;RSET",
                "\u0000;;PASS;USER",
                "QUIT"
            })
    void aFailedLoginShouldNotBeRecorded(String lines) {
        Conversation<POP3Session> client = connect();
        for (String line : lines.split(";", -1)) {
            client.send(line);
        }
        client.hangUp();

        assertThat(store.records()).isZero();
        assertThat(events.take()).isEmpty();
    }

    @Test
    void aSessionThatLogsInAfterAFailureShouldBeRecordedOnce() {
        Conversation<POP3Session> client = connect();
        client.send("USER " + BOB);
        client.send("PASS wrong");
        client.send("USER " + BOB);
        client.send("PASS secret");

        assertThat(store.records()).isOne();
    }

    // ---- another user on the same connection

    @Test
    void anotherUserOnTheSameConnectionShouldBeRecordedToo() {
        Conversation<POP3Session> client = loggedIn(BOB);
        assertThat(client.send("PASS secret")).startsWith("-ERR");

        client.send("USER " + ALICE);
        client.send("PASS secret");
        clock.turn(Duration.ofMinutes(5));
        client.send("NOOP");

        assertThat(events.take())
                .containsExactly("recorded 192.0.2.1 bob@example.org", "recorded 192.0.2.1 alice@example.org");
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(10));
        assertThat(remainingOf(ALICE)).contains(Duration.ofMinutes(15));
    }

    @Test
    void aSessionThatWasLoggedOutShouldKeepNothingAlive() {
        Conversation<POP3Session> client = loggedIn(BOB);
        client.send("PASS again");
        clock.turn(Duration.ofMinutes(5));

        client.send("NOOP");
        client.hangUp();

        assertThat(store.renewals()).isZero();
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(10));
    }

    // ---- activity

    @ParameterizedTest
    @CsvSource({"15m,60000", "24h,60000", "4m,60000", "2m,30000", "10s,2500", "1s,250"})
    void activityShouldBeWrittenAtMostOnceInAPause(String lifetime, long pause) {
        Conversation<POP3Session> client = loggedIn(
                new JamesPop3Server(recorder(PolicySettings.builder().lifetimeMax(Duration.ofDays(2)), lifetime)), BOB);
        Duration shortPause = Duration.ofMillis(pause).minus(MILLISECOND);

        clock.turn(shortPause);
        client.send("NOOP");
        assertThat(store.renewals()).isZero();
        clock.turn(MILLISECOND);
        client.send("NOOP");
        assertThat(store.renewals()).isOne();
        clock.turn(shortPause);
        client.send("NOOP");
        assertThat(store.renewals()).isOne();
        clock.turn(MILLISECOND);
        client.send("STAT");
        assertThat(store.renewals()).isEqualTo(2);
        assertThat(remainingOf(BOB)).contains(Lifetime.parse(lifetime).toDuration());
    }

    @Test
    void theEndOfTheSessionShouldAlwaysBeWritten() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofSeconds(1));

        client.send("QUIT");
        client.hangUp();

        assertThat(store.renewals()).isOne();
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(15));
    }

    @Test
    void aGrantThatEndedDuringASilentSessionShouldLiveAgainAtTheNextCommand() {
        Conversation<POP3Session> client = loggedIn(BOB);
        Grant grant = onlyGrant();
        clock.turn(Duration.ofMinutes(16));
        assertThat(store.find(CLIENT)).isEmpty();

        client.send("NOOP");

        assertThat(onlyGrant().grantedAt()).isEqualTo(grant.grantedAt());
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(15));
    }

    @Test
    void aRevokedSessionShouldNeverEarnAGrantAgain() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofMinutes(2));
        store.revokeUser(BOB);

        for (int i = 0; i < 50; i++) {
            clock.turn(Duration.ofMinutes(1));
            client.send("NOOP");
        }
        client.hangUp();

        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(store.records()).isOne();
        assertThat(store.renewals()).as("it gives up").isOne();
    }

    @Test
    void aNewLoginShouldEarnAGrantAgainAfterARevocation() {
        Conversation<POP3Session> old = loggedIn(BOB);
        clock.turn(Duration.ofMinutes(2));
        store.revoke(CLIENT);
        clock.turn(Duration.ofMinutes(2));
        loggedIn(BOB);

        old.hangUp();

        assertThat(onlyGrant().user()).contains(BOB);
    }

    // ---- what the server does is not what the client did

    /** The client went silent, and James drops it long after: nothing comes back. */
    @Test
    void anIdleSessionThatTheServerClosesShouldNotBringAnEndedGrantBack() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofMinutes(40));

        client.hangUp();

        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(store.renewals()).isZero();
    }

    @Test
    void theEndOfASessionShouldCountFromItsLastCommand() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofSeconds(50));
        client.send("NOOP");
        clock.turn(Duration.ofMinutes(10));

        client.hangUp();

        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(5));
        assertThat(store.renewals()).isOne();
    }

    @Test
    void aCloseShouldNotReviveAGrantThatEndedEvenIfACommandWasNotWritten() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofSeconds(50));
        client.send("NOOP");
        clock.turn(Duration.ofMinutes(15).minusSeconds(10));
        assertThat(store.find(CLIENT)).isEmpty();

        client.hangUp();

        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void aCloseWithoutACommandSinceTheLastWriteShouldWriteNothing() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofMinutes(2));
        client.send("NOOP");
        clock.turn(Duration.ofMinutes(1));

        client.hangUp();

        assertThat(store.renewals()).isOne();
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(14));
    }

    @Test
    void aLoginByAuthThatWasNotSeenShouldCountFromTheCommandBeforeItIfTheServerClosesTheSession() {
        Conversation<POP3Session> client = connect();
        client.send("AUTH " + BOB);
        client.send("secret");
        clock.turn(Duration.ofMinutes(10));
        client.hangUp();
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(5));

        Conversation<POP3Session> other = connect();
        other.send("AUTH " + ALICE);
        other.send("secret");
        clock.turn(Duration.ofMinutes(15));
        other.hangUp();

        assertThat(store.find(CLIENT)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aLoginThatCouldNotBeRecordedShouldNotBeginAtAClose(Supplier<Throwable> fault) {
        store.failWith(fault);
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofSeconds(30));
        client.send("NOOP");
        store.failWith(null);
        clock.turn(Duration.ofMinutes(10));
        client.hangUp();
        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(5));

        store.failWith(fault);
        Conversation<POP3Session> other = loggedIn(ALICE);
        clock.turn(Duration.ofSeconds(30));
        other.send("NOOP");
        store.failWith(null);
        clock.turn(Duration.ofMinutes(15));
        other.hangUp();

        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void aRenewalThatRevivesShouldBeReportedAndNoOther() {
        Conversation<POP3Session> client = loggedIn(BOB);
        clock.turn(Duration.ofMinutes(5));
        client.send("NOOP");
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 bob@example.org");

        clock.turn(Duration.ofMinutes(16));
        client.send("NOOP");

        assertThat(events.take()).containsExactly("renewed after it ended 192.0.2.1 bob@example.org");
    }

    // ---- logins under way

    @Test
    void aSessionThatHasNotLoggedInShouldCountAsUnderWayUntilItHas() {
        Conversation<POP3Session> client = connect();
        assertThat(isUnderWay()).isFalse();

        client.send("USER " + BOB);
        assertThat(isUnderWay()).isTrue();
        client.send("PASS wrong");
        assertThat(isUnderWay()).as("it may try again").isTrue();
        client.send("USER " + BOB);
        client.send("PASS secret");

        assertThat(isUnderWay()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"USER bob@example.org", "USER bob@example.org;PASS wrong", "QUIT", "AUTH bob@example.org"})
    void aSessionThatIsClosedShouldNoLongerBeUnderWay(String lines) {
        Conversation<POP3Session> client = connect();
        for (String line : lines.split(";", -1)) {
            client.send(line);
        }
        client.hangUp();

        assertThat(isUnderWay()).isFalse();
    }

    @Test
    void aLoginByAuthThatWasNotSeenShouldNotBeUnderWayAfterTheEnd() {
        Conversation<POP3Session> client = connect();
        client.send("AUTH " + BOB);
        client.send("secret");
        client.hangUp();

        assertThat(isUnderWay()).isFalse();
    }

    @Test
    void aSecondLoginOnTheSameConnectionShouldBeUnderWayToo() {
        Conversation<POP3Session> client = loggedIn(BOB);
        client.send("PASS again");
        assertThat(isUnderWay()).isTrue();

        client.send("USER " + ALICE);
        client.send("PASS secret");

        assertThat(isUnderWay()).isFalse();
    }

    private boolean isUnderWay() {
        return new RelayPolicy(
                        PolicySettings.builder().build(),
                        store,
                        new FakeSenders().domain("example.org"),
                        underWay,
                        clock)
                .decide(ClientAddress.parse("192.0.2.1"), Optional.of("nobody@example.org"))
                .reason()
                .filter(Reason.LOGIN_UNDER_WAY::equals)
                .isPresent();
    }

    // ---- networks

    @Test
    void anExcludedLoginShouldBeReportedOnce() {
        NetworkSet excluded = NetworkSet.parse(List.of("192.0.2.0/24"));
        Conversation<POP3Session> client =
                loggedIn(new JamesPop3Server(recorder(PolicySettings.builder().excluded(excluded), "15m")), BOB);
        for (int i = 0; i < 5; i++) {
            clock.turn(Duration.ofMinutes(1));
            client.send("NOOP");
        }
        client.hangUp();

        assertThat(store.records()).isZero();
        assertThat(events.take()).containsExactly("excluded 192.0.2.1 bob@example.org");
    }

    // ---- faults

    @ParameterizedTest
    @MethodSource("faults")
    void theLoginShouldGoOnWhateverTheStoreDoes(Supplier<Throwable> fault) {
        store.failWith(fault);
        Conversation<POP3Session> client = connect();
        client.send("USER " + BOB);

        assertThat(client.send("PASS secret")).isEqualTo("+OK Welcome " + BOB);
        assertThat(client.send("STAT")).startsWith("+OK");
        clock.turn(Duration.ofMinutes(2));
        assertThat(client.send("NOOP")).startsWith("+OK");
        assertThat(client.send("QUIT")).startsWith("+OK");
        client.hangUp();

        assertThat(events.take()).hasSize(3).allMatch("not recorded 192.0.2.1 bob@example.org"::equals);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aLoginThatCouldNotBeRecordedShouldBeRecordedAtLaterActivity(Supplier<Throwable> fault) {
        store.failWith(fault);
        Conversation<POP3Session> client = loggedIn(BOB);
        client.send("NOOP");
        assertThat(store.records()).as("no more than once in a pause").isOne();

        store.failWith(null);
        clock.turn(Duration.ofMinutes(1));
        client.send("NOOP");

        assertThat(onlyGrant().user()).contains(BOB);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aLoginThatWasRevokedBeforeItCouldBeRecordedShouldEarnNothing(Supplier<Throwable> fault) {
        store.failWith(fault);
        Conversation<POP3Session> client = loggedIn(BOB);
        store.failWith(null);
        clock.turn(Duration.ofSeconds(30));
        store.revokeUser(BOB);
        clock.turn(Duration.ofSeconds(30));
        client.send("NOOP");
        clock.turn(Duration.ofMinutes(5));
        client.send("NOOP");
        client.hangUp();

        assertThat(store.find(CLIENT)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aRenewalThatFailedShouldBeTriedAgain(Supplier<Throwable> fault) {
        Conversation<POP3Session> client = loggedIn(BOB);
        store.failWith(fault);
        clock.turn(Duration.ofMinutes(1));
        client.send("NOOP");
        store.failWith(null);
        clock.turn(Duration.ofMinutes(1));
        client.send("NOOP");

        assertThat(remainingOf(BOB)).contains(Duration.ofMinutes(15));
    }

    @Test
    void aClientWithoutAnAddressShouldLogInAndEarnNothing() {
        JamesPop3Server server = new JamesPop3Server(recorder);
        Conversation<POP3Session> client =
                server.connect(InetSocketAddress.createUnresolved("client.example.net", 4711));
        client.send("USER " + BOB);

        assertThat(client.send("PASS secret")).startsWith("+OK");
        clock.turn(Duration.ofMinutes(2));
        assertThat(client.send("NOOP")).startsWith("+OK");
        client.hangUp();

        assertThat(store.records()).isZero();
    }

    @Test
    void aSessionThatIsNotThereShouldDoNoHarm() {
        assertThatCode(() -> recorder.onDisconnect(null)).doesNotThrowAnyException();
    }

    // ---- as a handler

    @Test
    void onResponseShouldPassTheResponseOn() {
        POP3Session session = loggedIn(BOB).session();
        Response response = new POP3Response(POP3Response.OK_RESPONSE, "Welcome");
        ProtocolHandler anyHandler = recorder;

        assertThat(recorder.onResponse(session, response, 0, anyHandler)).isSameAs(response);
        assertThat(recorder.onResponse(session, null, 0, anyHandler)).isNull();
    }

    @Test
    void onResponseShouldPassTheResponseOfAnotherProtocolOn() {
        ProtocolSession other = new org.apache.james.protocols.api.ProtocolSessionImpl(null, null);
        Response response = new POP3Response(POP3Response.OK_RESPONSE, "Welcome");

        assertThat(recorder.onResponse(other, response, 0, recorder)).isSameAs(response);
        assertThat(store.records()).isZero();
    }

    @Test
    void theHandlerShouldNotTakePartInConnecting() {
        assertThat(recorder).isInstanceOf(ProtocolHandlerResultHandler.class).isNotInstanceOf(ConnectHandler.class);
    }

    @Test
    void theLifeOfTheHandlerShouldHaveNoEffectOnTheStore() {
        recorder.init(new BaseHierarchicalConfiguration());
        recorder.destroy();

        assertThat(store.closes()).isZero();
    }

    // ---- how it is said

    private Pop3LoginRecorder recorder(PolicySettings.Builder settings, String text) {
        Lifetime lifetime = Lifetime.parse(text);
        PolicySettings rules = settings.lifetime(lifetime).build();
        return new Pop3LoginRecorder(new LoginRecorder(rules, store, events, clock), underWay, events, clock);
    }

    private Conversation<POP3Session> connect() {
        return new JamesPop3Server(recorder).connect(CLIENT);
    }

    private Conversation<POP3Session> loggedIn(String user) {
        return loggedIn(new JamesPop3Server(recorder), user);
    }

    private static Conversation<POP3Session> loggedIn(JamesPop3Server server, String user) {
        Conversation<POP3Session> client = server.connect(CLIENT);
        client.send("USER " + user);
        assertThat(client.send("PASS secret")).startsWith("+OK");
        return client;
    }

    private Grant onlyGrant() {
        List<Grant> grants = store.find(CLIENT);
        assertThat(grants).hasSize(1);
        return grants.get(0);
    }

    private Optional<Duration> remainingOf(String user) {
        return store.find(CLIENT).stream()
                .filter(grant -> grant.user().filter(user::equals).isPresent())
                .map(grant -> Duration.between(clock.instant(), grant.expiresAt()))
                .findFirst();
    }
}
