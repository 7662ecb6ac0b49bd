// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.process.ImapSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

class ImapSessionsTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final String BOB = "bob@example.org";
    private static final Duration LIFETIME = Duration.ofMinutes(15);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final MutableClock clock = new MutableClock();
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final RecordedEvents events = new RecordedEvents();

    /** What waits for the store. */
    private final Queue<Runnable> writes = new ArrayDeque<>();

    private final FakeImapSession client = new FakeImapSession(CLIENT.toString());
    private final ImapSession session = client.session();
    private final ImapSessions sessions = sessions(PolicySettings.builder());

    @AfterEach
    void close() {
        store.close();
    }

    private ImapSessions sessions(PolicySettings.Builder settings) {
        return new ImapSessions(new LoginRecorder(settings.build(), store, events, clock), events, clock, writes::add);
    }

    private void write() {
        while (!writes.isEmpty()) {
            writes.remove().run();
        }
    }

    private void login() {
        client.loggedIn(BOB);
        sessions.commandSeen(session);
        write();
    }

    private List<Grant> grants() {
        return store.find(CLIENT);
    }

    private Instant endOfGrant() {
        assertThat(grants()).hasSize(1);
        return grants().get(0).expiresAt();
    }

    private Instant millis(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }

    private void assertLastsALifetimeFrom(Instant activity) {
        assertThat(endOfGrant()).isEqualTo(millis(activity).plus(LIFETIME));
    }

    /** Idles for so long, looked at once a second. */
    private void pass(Duration duration) {
        for (Duration passed = Duration.ZERO; passed.compareTo(duration) < 0; passed = passed.plus(SECOND)) {
            clock.turn(SECOND);
            sessions.look();
            write();
        }
    }

    @Test
    void loginShouldBeRecordedOnceAndByTheWriterAlone() {
        sessions.commandSeen(session);
        client.loggedIn(BOB);
        sessions.commandSeen(session);
        sessions.commandSeen(session);
        assertThat(grants()).isEmpty();
        assertThat(writes).hasSize(1);

        write();
        Grant grant = grants().get(0);
        assertThat(grant.user()).contains(BOB);
        assertThat(grant.protocol()).isEqualTo(Protocol.IMAP);
        assertThat(grant.encrypted()).isFalse();
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 " + BOB);
    }

    @Test
    void loginShouldBeRecordedWhenItIsAnswered() {
        Tag tag = new Tag("A1");
        sessions.loginBegins(tag, session);
        client.loggedIn(BOB);
        // Another client's, which looks the same.
        sessions.commandEnds(new Tag("A1"));
        assertThat(writes).isEmpty();

        sessions.commandEnds(tag);
        write();
        assertThat(grants()).hasSize(1);
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 " + BOB);
    }

    @Test
    void loginThatFailedShouldEarnNothing() {
        Tag tag = new Tag("A1");
        sessions.loginBegins(tag, session);

        sessions.commandEnds(tag);
        assertThat(writes).isEmpty();
    }

    @Test
    void encryptedLoginShouldBeRecordedAsSuch() {
        client.encrypted();
        login();

        assertThat(grants().get(0).encrypted()).isTrue();
    }

    @Test
    void loginThatWasRevokedBeforeItWasWrittenShouldEarnNothing() {
        client.loggedIn(BOB);
        sessions.commandSeen(session);
        clock.turn(Duration.ofMillis(5));
        store.revokeUser(BOB);

        write();
        clock.turn(Duration.ofMinutes(2));
        sessions.commandSeen(session);
        write();
        assertThat(grants()).isEmpty();
    }

    @Test
    void loginThatWaitedForTheStoreShouldCountFromWhenItHappened() {
        client.loggedIn(BOB);
        Instant login = clock.instant();
        sessions.commandSeen(session);
        clock.turn(Duration.ofSeconds(20));

        write();
        assertLastsALifetimeFrom(login);
    }

    @Test
    void loginThatTheStoreCouldNotKeepShouldBeWrittenWithALaterCommand() {
        store.failWith(() -> new StoreUnavailableException("down"));
        login();
        store.failWith(null);
        clock.turn(Duration.ofMinutes(1));

        sessions.commandSeen(session);
        write();
        assertLastsALifetimeFrom(clock.instant());
    }

    @Test
    void excludedLoginShouldBeReportedOnce() {
        ImapSessions excluding = sessions(PolicySettings.builder().excluded(NetworkSet.parse(List.of("192.0.2.0/24"))));
        client.loggedIn(BOB);
        excluding.commandSeen(session);
        write();
        clock.turn(Duration.ofMinutes(2));
        excluding.commandSeen(session);
        write();

        assertThat(grants()).isEmpty();
        assertThat(events.take()).containsExactly("excluded 192.0.2.1 " + BOB);
    }

    @Test
    void commandsShouldBeWrittenOnceAMinute() {
        login();
        for (int i = 0; i < 180; i++) {
            clock.turn(SECOND);
            sessions.commandSeen(session);
            write();
        }

        assertThat(store.renewals()).isEqualTo(1 + 3);
        assertLastsALifetimeFrom(clock.instant());
    }

    @Test
    void lastCommandShouldBeWrittenWhenTheSessionIsClosed() {
        login();
        clock.turn(Duration.ofSeconds(30));
        sessions.commandSeen(session);
        Instant last = clock.instant();
        client.close();

        pass(Duration.ofSeconds(10));
        assertLastsALifetimeFrom(last);
    }

    @Test
    void silentSessionShouldKeepNothingAlive() {
        login();
        Instant last = clock.instant();
        pass(Duration.ofMinutes(10));
        assertLastsALifetimeFrom(last);

        client.close();
        pass(Duration.ofMinutes(1));
        assertLastsALifetimeFrom(last);
    }

    @Test
    void idlingSessionShouldBeActiveForHours() {
        login();
        sessions.idleSeen(session);
        pass(Duration.ofHours(3));

        assertThat(endOfGrant()).isAfter(clock.instant().plus(LIFETIME).minus(Duration.ofMinutes(1)));
    }

    @Test
    void sessionThatIsClosedWhileItIdlesShouldBeActiveNoMore() {
        login();
        sessions.idleSeen(session);
        pass(Duration.ofMinutes(10));
        Instant lastSeen = clock.instant();
        client.close();

        pass(Duration.ofMinutes(5));
        assertLastsALifetimeFrom(lastSeen);
        pass(Duration.ofMinutes(15));
        assertThat(grants()).isEmpty();
    }

    @Test
    void anotherCommandShouldEndTheIdling() {
        login();
        sessions.idleSeen(session);
        pass(Duration.ofMinutes(5));
        sessions.commandSeen(session);
        Instant done = clock.instant();

        pass(Duration.ofMinutes(5));
        client.close();
        pass(SECOND);
        assertLastsALifetimeFrom(done);
    }

    @Test
    void loginThatBeginsToIdleAtOnceShouldBeRecorded() {
        client.loggedIn(BOB);
        sessions.idleSeen(session);
        pass(Duration.ofHours(1));

        assertThat(grants()).hasSize(1);
    }

    @Test
    void revokedSessionShouldEarnNothingWhateverItDoes() {
        login();
        sessions.idleSeen(session);
        pass(Duration.ofMinutes(5));
        store.revokeUser(BOB);

        pass(Duration.ofMinutes(5));
        sessions.commandSeen(session);
        write();
        assertThat(grants()).isEmpty();
    }

    @Test
    void clientWithoutAnAddressShouldEarnNothing() {
        FakeImapSession nowhere = new FakeImapSession("").withoutContext().loggedIn(BOB);
        ImapSession itsSession = nowhere.session();
        sessions.commandSeen(itsSession);
        sessions.idleSeen(itsSession);
        sessions.look();
        write();

        assertThat(store.renewals()).isZero();
        assertThat(events.take()).isEmpty();
    }

    @Test
    void failureShouldBeReportedAndGoNoFurther() {
        sessions.commandSeen((ImapSession) java.lang.reflect.Proxy.newProxyInstance(
                ImapSession.class.getClassLoader(), new Class<?>[] {ImapSession.class}, (proxy, method, arguments) -> {
                    throw new NoClassDefFoundError("gone");
                }));

        assertThat(events.take()).containsExactly("failed Recording an IMAP login");
    }
}
