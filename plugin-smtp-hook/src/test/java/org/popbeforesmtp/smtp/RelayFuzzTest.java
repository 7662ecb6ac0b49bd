// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.smtp.Setup.ALICE;
import static org.popbeforesmtp.smtp.Setup.BOB;
import static org.popbeforesmtp.smtp.Setup.CLIENT;
import static org.popbeforesmtp.smtp.Setup.LIFETIME;
import static org.popbeforesmtp.smtp.Setup.OFFICE;
import static org.popbeforesmtp.smtp.Setup.STRANGER;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.james.protocols.pop3.POP3Session;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.config.OnStoreFailure;
import org.popbeforesmtp.fakes.Conversation;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.MemoryMailServer;
import org.popbeforesmtp.imap.JamesImapServer;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.policy.UserSet;
import org.popbeforesmtp.pop3.JamesPop3Server;

/**
 * Random sequences of what clients, operators and faults do to the three hooks, each reply held against {@link RelayModel}:
 * nobody relays without an active grant, an authorised network or AUTH, nobody beyond the limit, and who has a grant does.
 *
 * <p>{@code -Dpopbeforesmtp.fuzz.seconds=60} runs longer, {@code -Dpopbeforesmtp.fuzz.seed=N} begins with the sequence
 * that failed.
 */
class RelayFuzzTest {

    private static final int STEPS = 60;
    private static final String CAROL = "carol@example.org";
    private static final List<String> USERS = List.of(BOB, ALICE, CAROL);
    private static final Map<String, String> ALIASES = Map.of("sales@example.org", BOB);
    private static final List<ClientAddress> CLIENTS = List.of(CLIENT, STRANGER, OFFICE);
    private static final List<String> SENDERS =
            List.of(BOB, BOB, ALICE, CAROL, "sales@example.org", "nobody@example.org", "friend@example.net", "");
    private static final List<String> RECIPIENTS =
            List.of("friend@example.net", "other@example.com", ALICE, "nobody@example.org");
    private static final long LIFETIME_MILLIS = LIFETIME.toDuration().toMillis();
    private static final List<Long> PAUSES = List.of(
            1L,
            1000L,
            30_000L,
            61_000L,
            LIFETIME_MILLIS / 4,
            LIFETIME_MILLIS - 1,
            LIFETIME_MILLIS,
            61 * 60_000L,
            100 * LIFETIME_MILLIS);
    /** A long time passes in steps, as sessions that idle are seen to be there again and again. */
    private static final long STEPS_OF_TIME = 30;

    private static final long LONGEST_STEP = LIFETIME_MILLIS / 6;

    private final MemoryMailServer users = Setup.bobAndAlice();
    private final Map<String, Integer> replies = new TreeMap<>();

    @Test
    void nobodyShouldRelayWithoutARightAndWhoHasOneShould() {
        long seed = Long.getLong("popbeforesmtp.fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("popbeforesmtp.fuzz.seconds", 5));
        int sequences = 0;
        do {
            run(seed + sequences);
            sequences++;
        } while (System.nanoTime() < end);

        System.out.printf("fuzz: %d sequences from seed %d, replies: %s%n", sequences, seed, replies);
        if (sequences > 200) {
            assertThat(replies)
                    .as("all that can happen")
                    .containsKeys(
                            "MAIL 250 2.1.0",
                            "MAIL 451 4.3.0",
                            "MAIL 530 5.7.1",
                            "RCPT 250 2.1.5",
                            "RCPT 451 4.3.0",
                            "RCPT 452 4.5.3",
                            "RCPT 530 5.7.1",
                            "RCPT 550 5.7.1",
                            "DATA 250 Messa");
        }
    }

    private void run(long seed) {
        List<String> story = new ArrayList<>();
        try (Sequence sequence = new Sequence(new Random(seed), story)) {
            for (int i = 0; i < STEPS; i++) {
                sequence.step();
            }
        } catch (Throwable e) {
            throw new AssertionError(
                    "run again with -Dpopbeforesmtp.fuzz.seed=" + seed + "\n  " + String.join("\n  ", story), e);
        }
    }

    private record PopSession(
            ClientAddress client, String user, Conversation<POP3Session> conversation, RelayModel.Login login) {}

    private static final class ImapSession {
        private final ClientAddress client;
        private final String user;
        private final JamesImapServer.Connection connection;
        private final RelayModel.Login login;
        private boolean idles;
        private boolean isClosed;

        private ImapSession(
                ClientAddress client, String user, JamesImapServer.Connection connection, RelayModel.Login login) {
            this.client = client;
            this.user = user;
            this.connection = connection;
            this.login = login;
        }
    }

    /** One mail server and all that happens to it. */
    private final class Sequence implements AutoCloseable {

        private final Random random;
        private final List<String> story;
        private final Setup setup = new Setup(users);
        private final RelayModel model;
        private final FuzzedConnection.Rules rules;
        private final JamesPop3Server pop3;
        private final JamesImapServer imap;
        private final boolean isWriterSlow;
        private final Queue<Runnable> unwritten = new ArrayDeque<>();
        private boolean isDropping;
        private final Map<ClientAddress, FuzzedConnection> smtpConnections = new HashMap<>();
        private final List<PopSession> popSessions = new ArrayList<>();
        private final List<ImapSession> imapSessions = new ArrayList<>();

        private Sequence(Random random, List<String> story) {
            this.random = random;
            this.story = story;
            SenderRule rule = any(List.of(SenderRule.values()));
            int maxUsers = any(List.of(50, 50, 1, 2, 0));
            boolean requireTls = oneIn(4);
            boolean excluded = oneIn(4);
            Set<String> excludedUsers = oneIn(4) ? Set.of(any(USERS)) : Set.of();
            Duration lifetimeMax = any(
                    List.of(LIFETIME.toDuration(), Duration.ofMinutes(20), Duration.ofHours(1), Duration.ofHours(24)));
            int recipientsPerHour = any(List.of(0, 0, 1, 2, 4));
            this.isWriterSlow = oneIn(4);
            OnStoreFailure onStoreFailure = any(List.of(OnStoreFailure.values()));
            this.rules = new FuzzedConnection.Rules(
                    random.nextBoolean(), oneIn(4), onStoreFailure == OnStoreFailure.TEMPFAIL, rule == SenderRule.ANY);
            setup.settings(PolicySettings.builder()
                            .sender(rule)
                            .maxUsersPerAddress(maxUsers)
                            .lifetimeMax(lifetimeMax)
                            .recipientsPerHour(recipientsPerHour)
                            .excludedUsers(UserSet.parse(List.copyOf(excludedUsers)))
                            .requireTls(requireTls)
                            .excluded(NetworkSet.parse(excluded ? List.of(STRANGER.toString()) : List.of())))
                    .onStoreFailure(onStoreFailure);
            setup.james.verifyIdentity(rules.verifyIdentity()).announceAuth(random.nextBoolean());
            if (rules.authRequired()) {
                setup.james.coreHandler(new org.apache.james.smtpserver.AuthRequiredHook());
            }
            setup.started();
            this.pop3 = JamesPop3Server.recording(setup.logins(), setup.underWay(), setup.events, setup.clock);
            this.imap = JamesImapServer.recording(setup.logins(), setup.events, setup.clock, this::write);
            this.model = new RelayModel(new RelayModel.Rules(
                    LIFETIME_MILLIS,
                    lifetimeMax.toMillis(),
                    rule,
                    maxUsers,
                    requireTls,
                    excluded ? Set.of(STRANGER.toString()) : Set.of(),
                    excludedUsers,
                    recipientsPerHour,
                    ALIASES));
            model.faultPending(() -> setup.store.willFailOnce() || setup.senders.willFailOnce());
            USERS.forEach(model::addUser);
            setup.senders.user(CAROL);
            say("sender=" + rule + " maxUsers=" + maxUsers + " requireTls=" + requireTls + " excluded=" + excluded
                    + excludedUsers + " lifetimeMax=" + lifetimeMax + " recipientsPerHour=" + recipientsPerHour
                    + " isWriterSlow=" + isWriterSlow + " " + rules);
        }

        private void step() {
            pass(1);
            int dice = random.nextInt(100);
            if (dice < 6) {
                popLogin(any(CLIENTS), any(USERS));
            } else if (dice < 12) {
                imapLogin(any(CLIENTS), any(USERS));
            } else if (dice < 15) {
                popCommand();
            } else if (dice < 19) {
                imapCommand();
            } else if (dice < 20) {
                writeAll();
            } else if (dice < 23) {
                if (random.nextBoolean()) {
                    checkMailThenSend();
                } else {
                    closeThenSend();
                }
            } else if (dice < 25) {
                logInWithinATransaction(any(CLIENTS), any(USERS));
            } else if (dice < 28) {
                pass(any(PAUSES));
            } else if (dice < 31) {
                revoke();
            } else if (dice < 35) {
                fault();
            } else if (dice < 37) {
                changeUsers();
            } else if (dice < 39) {
                setClock();
            } else {
                smtp(any(CLIENTS));
            }
        }

        // ---- POP3

        private void popLogin(ClientAddress client, String user) {
            Conversation<POP3Session> conversation = pop3.connect(client);
            boolean tls = oneIn(2);
            boolean good = !oneIn(6);
            boolean isUp = model.everythingUp();
            if (tls) {
                conversation.send("STLS");
            }
            conversation.send("USER " + user);
            String reply = conversation.send(good ? "PASS " + JamesPop3Server.PASSWORD : "PASS wrong");
            say(client + " pop3 " + user + (tls ? " over TLS: " : ": ") + reply);
            assertThat(reply).startsWith(good ? "+OK" : "-ERR");
            if (good) {
                popSessions.add(new PopSession(
                        client,
                        user,
                        conversation,
                        model.login(client.toString(), user, tls, isUp && model.everythingUp())));
            } else {
                conversation.hangUp();
            }
        }

        private void popCommand() {
            if (popSessions.isEmpty()) {
                return;
            }
            PopSession session = any(popSessions);
            if (random.nextBoolean()) {
                say("pop3 session of " + session.user + " at " + session.client + ": NOOP");
                noop(session);
            } else {
                close(session);
            }
        }

        private void close(PopSession session) {
            boolean quits = random.nextBoolean();
            say("pop3 session of " + session.user + " at " + session.client + (quits ? ": QUIT" : ": is closed"));
            if (quits) {
                boolean wasUp = model.everythingUp();
                session.conversation.send("QUIT");
                model.activity(session.login, wasUp && model.everythingUp());
            }
            boolean wasThere = isGranted(session.client, session.user);
            boolean wasUp = model.everythingUp();
            session.conversation.hangUp();
            model.close(session.login, wasUp && model.everythingUp());
            popSessions.remove(session);
            assertThat(session.login.wasKept() && !wasThere && isGranted(session.client, session.user))
                    .as("a close brought an ended grant back")
                    .isFalse();
        }

        private void noop(PopSession session) {
            boolean wasUp = model.everythingUp();
            assertThat(session.conversation.send("NOOP")).startsWith("+OK");
            model.activity(session.login, wasUp && model.everythingUp());
        }

        /** As the memory behind the store knows it, whatever fails. */
        private boolean isGranted(ClientAddress client, String user) {
            return setup.grants.find(client).stream()
                    .anyMatch(grant -> grant.user().filter(user::equals).isPresent());
        }

        /** What users do: some session lives on, and its user sends a mail from there. */
        private void checkMailThenSend() {
            if (popSessions.isEmpty()) {
                return;
            }
            PopSession session = any(popSessions);
            pass(61_000);
            say("pop3 session of " + session.user + " at " + session.client + " NOOP");
            noop(session);
            send(session.client, session.user);
        }

        private void send(ClientAddress client, String user) {
            FuzzedConnection connection = smtpConnections.computeIfAbsent(client, this::connect);
            tell(client, "RSET", () -> connection.reset("RSET"));
            tell(client, "MAIL " + user, () -> connection.mail(user));
            tell(client, "RCPT friend@example.net", () -> connection.rcpt("friend@example.net"));
        }

        /** Some session is silent, or idles, and is closed; and a while later somebody sends from there. */
        private void closeThenSend() {
            pass(LIFETIME_MILLIS / 2);
            if (random.nextBoolean() && !popSessions.isEmpty()) {
                PopSession session = any(popSessions);
                close(session);
                pass(LIFETIME_MILLIS * 3 / 4);
                send(session.client, session.user);
            } else if (!imapSessions.isEmpty()) {
                ImapSession session = any(imapSessions);
                close(session);
                pass(LIFETIME_MILLIS * 3 / 4);
                send(session.client, session.user);
            }
        }

        /** What mail programs do that check and send at once. */
        private void logInWithinATransaction(ClientAddress client, String user) {
            FuzzedConnection connection = smtpConnections.computeIfAbsent(client, this::connect);
            tell(client, "RSET", () -> connection.reset("RSET"));
            tell(client, "MAIL " + user, () -> connection.mail(user));
            popLogin(client, user);
            rcpt(client, connection);
            rcpt(client, connection);
        }

        // ---- IMAP

        /** Some writes find the queue full. */
        private void write(Runnable write) {
            if (!isDropping) {
                unwritten.add(write);
            }
        }

        private void writeAll() {
            say("what waits for the store is written: " + unwritten.size());
            model.writeAll();
            writeNow();
        }

        private void writeNow() {
            while (!unwritten.isEmpty()) {
                unwritten.remove().run();
            }
        }

        /** Has James tell us something; says whether what comes of it was certainly written. */
        private boolean isWrittenBy(Runnable event) {
            boolean isUp = model.everythingUp();
            event.run();
            if (!isWriterSlow) {
                writeNow();
            }
            return isUp && model.everythingUp() && !isWriterSlow && !isDropping;
        }

        private void imapLogin(ClientAddress client, String user) {
            boolean tls = oneIn(2);
            boolean good = !oneIn(6);
            isDropping = oneIn(8);
            say(client + " imap " + user + (tls ? " over TLS" : "") + (good ? "" : ", wrong password")
                    + (isDropping ? ", the queue is full" : ""));
            JamesImapServer.Connection connection = imap.connect(client, tls);
            boolean certainly = isWrittenBy(() -> connection.login(user, good));
            isDropping = false;
            if (good) {
                RelayModel.Login login = model.login(client.toString(), user, tls, certainly);
                imapSessions.add(new ImapSession(client, user, connection, login));
            }
        }

        private void imapCommand() {
            if (imapSessions.isEmpty()) {
                return;
            }
            ImapSession session = any(imapSessions);
            int dice = random.nextInt(10);
            if (dice < 8) {
                String what = dice < 3 ? "NOOP" : dice < 7 ? "IDLE" : "LOGOUT";
                say("imap session of " + session.user + " at " + session.client + ": " + what);
                session.idles = what.equals("IDLE");
                boolean certainly = isWrittenBy(session.idles ? session.connection::idle : session.connection::command);
                model.activity(session.login, certainly);
            }
            if (dice >= 7) {
                close(session);
            }
        }

        private void close(ImapSession session) {
            say("imap session of " + session.user + " at " + session.client + " is closed");
            session.connection.close();
            session.isClosed = true;
            look();
        }

        /** What happens once a second: whoever idles is there, and whoever is closed ends. */
        private void look() {
            Map<ImapSession, Boolean> closed = new HashMap<>();
            imapSessions.stream()
                    .filter(session -> session.isClosed)
                    .forEach(session -> closed.put(session, isGranted(session.client, session.user)));
            boolean certainly = isWrittenBy(imap::look);
            imapSessions.stream()
                    .filter(session -> session.idles && !session.isClosed)
                    .forEach(session -> model.activity(session.login, certainly));
            closed.forEach((session, wasThere) -> {
                model.close(session.login, certainly);
                assertThat(session.login.wasKept()
                                && !wasThere
                                && isGranted(session.client, session.user)
                                && imapSessions.stream()
                                        .noneMatch(other -> other.idles
                                                && other.client.equals(session.client)
                                                && other.user.equals(session.user)
                                                && other != session))
                        .as("a close brought an ended grant back")
                        .isFalse();
            });
            imapSessions.removeAll(closed.keySet());
        }

        // ---- the operator, time and faults

        private void revoke() {
            ClientAddress client = any(CLIENTS);
            String user = any(USERS);
            boolean byUser = random.nextBoolean();
            say("revoke " + (byUser ? user : client));
            try {
                if (byUser) {
                    setup.store.revokeUser(user);
                    model.revokeUser(user);
                } else {
                    setup.store.revoke(client);
                    model.revokeClient(client.toString());
                }
            } catch (Throwable e) {
                say("  which failed");
            }
        }

        private void fault() {
            boolean up = random.nextBoolean();
            if (oneIn(4)) {
                say("counting recipients " + (up ? "works" : "fails"));
                model.canCount(up);
                if (up) {
                    setup.values.switchOn();
                } else {
                    setup.values.switchOff();
                }
                return;
            }
            boolean store = random.nextBoolean();
            if (oneIn(2)) {
                say("one call to the " + (store ? "store" : "user base") + " will fail");
                if (store) {
                    setup.store.failOnceWith(any(Faults.ALL));
                } else {
                    setup.senders.failOnceWith(any(Faults.ALL));
                }
                return;
            }
            say((store ? "store " : "user base ") + (up ? "up" : "down"));
            if (store) {
                setup.store.failWith(up ? null : any(Faults.ALL));
                model.storeUp(up);
            } else {
                setup.senders.failWith(up ? null : any(Faults.ALL));
                model.userBaseUp(up);
            }
        }

        private void changeUsers() {
            String user = any(USERS);
            boolean delete = random.nextBoolean();
            say((delete ? "delete " : "add ") + user);
            if (delete) {
                setup.senders.delete(user);
                model.deleteUser(user);
            } else {
                setup.senders.user(user);
                model.addUser(user);
            }
        }

        /** What an operator or a time server does; the model does not hear of it. */
        private void setClock() {
            Duration by = Duration.ofMillis(any(PAUSES)).multipliedBy(random.nextBoolean() ? 1 : -1);
            say("the wall clock is set by " + by);
            setup.setWallClock(by);
        }

        private void pass(long milliseconds) {
            if (milliseconds > 1) {
                say("pass " + Duration.ofMillis(milliseconds));
            }
            boolean isLookedAt = imapSessions.stream().anyMatch(session -> session.idles);
            long step = isLookedAt ? Math.max(LONGEST_STEP, milliseconds / STEPS_OF_TIME) : milliseconds;
            for (long left = milliseconds; left > 0; left -= step) {
                setup.pass(Duration.ofMillis(Math.min(left, step)));
                model.pass(Math.min(left, step));
                look();
            }
        }

        // ---- SMTP

        private void smtp(ClientAddress client) {
            FuzzedConnection connection = smtpConnections.computeIfAbsent(client, this::connect);
            int dice = random.nextInt(100);
            if (dice < 8) {
                wholeMail(client, connection);
            } else if (dice < 70) {
                // Most clients do one thing after the other.
                if (connection.isOpen() == (random.nextInt(10) == 0)) {
                    mail(client, connection);
                } else {
                    rcpt(client, connection);
                }
            } else if (dice < 80) {
                tell(client, "DATA", () -> connection.data(setup.james));
            } else if (dice < 90) {
                String command = any(List.of("RSET", "EHLO client.example.net", "HELO client.example.net"));
                tell(client, command, () -> connection.reset(command));
            } else if (dice < 92) {
                tell(client, "STARTTLS", () -> connection.startTls());
            } else if (dice < 95) {
                String user = any(List.of(BOB, ALICE, "nobody@example.org"));
                tell(client, "AUTH " + user, () -> connection.auth(user));
            } else if (dice < 98) {
                String line = any(List.of("", "MAIL", "RCPT TO", "NOOP", "DATA now", "\u00ff\u0000", "MAIL FROM:bob"));
                // A wrong MAIL ends James's idea of the sender.
                tell(
                        client,
                        line,
                        () -> line.startsWith("MAIL") ? connection.mailThatIsWrong(line) : connection.say(line));
            } else {
                say(client + " hangs up");
                connection.hangUp();
                smtpConnections.remove(client);
            }
        }

        private void wholeMail(ClientAddress client, FuzzedConnection connection) {
            tell(client, "RSET", () -> connection.reset("RSET"));
            mail(client, connection);
            rcpt(client, connection);
            rcpt(client, connection);
            tell(client, "DATA", () -> connection.data(setup.james));
        }

        private void mail(ClientAddress client, FuzzedConnection connection) {
            String sender = any(SENDERS);
            tell(client, "MAIL " + sender, () -> connection.mail(sender));
        }

        private void rcpt(ClientAddress client, FuzzedConnection connection) {
            String recipient = any(RECIPIENTS);
            tell(client, "RCPT " + recipient, () -> connection.rcpt(recipient));
        }

        private FuzzedConnection connect(ClientAddress client) {
            say(client + " connects");
            return new FuzzedConnection(
                    setup.connect(client), client.toString(), client.equals(OFFICE), rules, model, setup.store::finds);
        }

        // ---- how it is said

        private void tell(ClientAddress client, String command, Supplier<String> conversation) {
            say(client + " " + command);
            String reply = conversation.get();
            say("  " + reply.replace('\n', '|'));
            String what = command.split("[ :]", 2)[0];
            if (List.of("MAIL", "RCPT", "DATA").contains(what) && reply.length() > 9) {
                replies.merge(what + " " + reply.substring(0, 9), 1, Integer::sum);
            }
        }

        private void say(String line) {
            story.add(line);
        }

        private <T> T any(List<T> choices) {
            return choices.get(random.nextInt(choices.size()));
        }

        private boolean oneIn(int number) {
            return random.nextInt(number) == 0;
        }

        @Override
        public void close() {
            setup.close();
        }
    }
}
