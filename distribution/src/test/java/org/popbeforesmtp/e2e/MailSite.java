// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.popbeforesmtp.e2e.SmtpSink.Delivery;

/**
 * A James with a domain and three users, and the rest of the world, to which it relays. Each test comes from client
 * addresses of its own, so tests that share a site do not meet.
 */
final class MailSite implements AutoCloseable {

    static final String ALICE = "alice@example.org";
    static final String BOB = "bob@example.org";
    static final String CAROL = "carol@example.org";
    static final String PASSWORD = "Kept-2-yourself";
    static final String STRANGER = "stranger@elsewhere.example";

    private static final AtomicInteger CLIENTS = new AtomicInteger();
    private static final AtomicInteger MAILS = new AtomicInteger();

    private final JamesServer james;
    private final SmtpSink sink;

    private MailSite(JamesServer james, SmtpSink sink) {
        this.james = james;
        this.sink = sink;
    }

    static MailSite start(String name) {
        return start(name, builder -> builder);
    }

    static MailSite start(String name, UnaryOperator<JamesBuilder> settings) {
        SmtpSink sink = SmtpSink.start();
        try {
            MailSite site = new MailSite(
                    settings.apply(JamesServer.named(name)).relayTo(sink).start(), sink);
            site.createUsers();
            return site;
        } catch (RuntimeException e) {
            sink.close();
            throw e;
        }
    }

    /** To be called after a restart too: this James keeps its users in memory. */
    void createUsers() {
        james.webAdmin()
                .createDomain("example.org")
                .createUser(ALICE, PASSWORD)
                .createUser(BOB, PASSWORD)
                .createUser(CAROL, PASSWORD);
    }

    JamesServer james() {
        return james;
    }

    /** An address of this host that no other test comes from. */
    static String newClient() {
        int number = CLIENTS.incrementAndGet();
        return "127.1." + number / 250 + "." + (1 + number % 250);
    }

    static String newSubject() {
        return "mail " + MAILS.incrementAndGet();
    }

    /** A login that succeeds. */
    void checkMail(String client, String user) {
        assertThat(james.checkMail(client, user, PASSWORD)).startsWith("+OK");
    }

    /** The reply to a mail for the rest of the world. */
    Reply relay(String client, String sender) {
        try (SmtpClient smtp = james.smtp(client)) {
            return smtp.send(sender, STRANGER, newSubject());
        }
    }

    void assertRelays(String client, String sender) {
        assertThat(relay(client, sender).code()).isEqualTo(250);
    }

    /** Waits until a mail has reached the rest of the world. */
    Delivery awaitDelivery(String subject) {
        return await("delivery of " + subject)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> sink.delivery(subject), java.util.Optional::isPresent)
                .orElseThrow();
    }

    boolean hasBeenDelivered(String subject) {
        return sink.delivery(subject).isPresent();
    }

    /** The whole story, from the refusal to the mail that arrives elsewhere with its stamp. */
    void assertTellsTheStory(int refusalCode) {
        String client = newClient();
        String subject = newSubject();
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).toString())
                    .startsWith(refusalCode + " 5.7.1 Relaying denied for " + client + ": ");
            checkMail(client, ALICE);
            assertThat(smtp.send(ALICE, STRANGER, subject).code()).isEqualTo(250);
        }
        assertThat(awaitDelivery(subject).header("X-User")).contains(ALICE);
    }

    @Override
    public void close() {
        james.close();
        sink.close();
    }
}
