// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import org.popbeforesmtp.smtp.JamesSmtpServer.Accepted;

/** One SMTP connection of a fuzzed sequence: says what it is told and holds each reply against the model. */
final class FuzzedConnection {

    /** How James is configured, as far as its refusals depend on it. */
    record Rules(boolean verifyIdentity, boolean authRequired, boolean tempfail, boolean asksForAnySender) {}

    private static final long ASKED_AGAIN_AFTER = 1_000;

    private final SmtpClient client;
    private final String address;
    private final boolean authorised;
    private final Rules rules;
    private final RelayModel model;
    private final IntSupplier storeCalls;

    private boolean authenticated;
    private boolean open;
    private String sender = "";

    /** Of the transaction under way: until when what was decided in it may hold, whether it ever might, and must. */
    private long mayUntil;

    private boolean mightEver;
    private final Set<String> holders = new HashSet<>();
    private long mustUntil;
    private long refusedAt = Long.MIN_VALUE;
    private boolean everythingWasUp;
    private boolean onlyTheStoreCouldTell;
    private boolean hasRemoteRecipients;

    FuzzedConnection(
            SmtpClient client,
            String address,
            boolean authorised,
            Rules rules,
            RelayModel model,
            IntSupplier storeCalls) {
        this.client = client;
        this.address = address;
        this.authorised = authorised;
        this.rules = rules;
        this.model = model;
        this.storeCalls = storeCalls;
    }

    private boolean needsGrant() {
        return !authorised && !authenticated;
    }

    boolean isOpen() {
        return open;
    }

    String mail(String from) {
        int before = storeCalls.getAsInt();
        boolean wasUp = model.everythingUp();
        String reply = checked(client.mailFrom(from));
        if (open) {
            assertThat(reply).startsWith("503 5.5.0 Sender already specified");
            open = false;
            return reply;
        }
        begin(from, wasUp);
        if (reply.startsWith("250 ")) {
            open = true;
            if (needsGrant() && (rules.authRequired() || (rules.verifyIdentity() && RelayModel.isLocal(from)))) {
                assertThat(mightEver)
                        .as("accepted without a grant or authentication")
                        .isTrue();
            }
        } else if (needsGrant()) {
            assertThat(rules.authRequired() || (rules.verifyIdentity() && RelayModel.isLocal(from)))
                    .as("somebody asked for authentication")
                    .isTrue();
            assertThat(mustUntil).as("refused although there is a grant").isLessThanOrEqualTo(model.now());
            checkRefusal(reply);
        } else {
            assertThat(authenticated).as("only James's identity check is left").isTrue();
            assertThat(reply).startsWith("503 5.7.1 Incorrect Authentication");
        }
        if (!rules.asksForAnySender() && !rules.authRequired() && !RelayModel.isLocal(from)) {
            assertThat(storeCalls.getAsInt()).as("a foreign sender").isEqualTo(before);
        }
        return reply;
    }

    private void begin(String from, boolean wasUp) {
        sender = from;
        mayUntil = 0;
        mightEver = false;
        holders.clear();
        refusedAt = Long.MIN_VALUE;
        hasRemoteRecipients = false;
        everythingWasUp = wasUp;
        onlyTheStoreCouldTell = true;
        mustUntil = needsGrant() && wasUp ? model.mustRelayUntil(address, from) : 0;
        look();
    }

    /** The hook may decide now. */
    private void look() {
        everythingWasUp &= model.everythingUp();
        onlyTheStoreCouldTell &= model.onlyTheStoreCouldTell(address, sender);
        if (needsGrant()) {
            long until = model.mayRelayUntil(address, sender);
            mayUntil = Math.max(mayUntil, until);
            mightEver |= until > model.now();
            holders.addAll(model.holders(address, sender));
        }
    }

    String rcpt(String recipient) {
        int before = storeCalls.getAsInt();
        boolean isUp = model.everythingUp();
        String reply = checked(client.rcptTo(recipient));
        isUp &= model.everythingUp();
        everythingWasUp &= isUp && model.canCount();
        if (!open) {
            assertThat(reply).startsWith("503 5.5.0 Need MAIL");
            return reply;
        }
        look();
        if (RelayModel.isLocal(recipient)) {
            if (needsGrant() && mightEver && !(isUp && model.mustRelayUntil(address, sender) > model.now())) {
                // A grant that has ended is looked for at a local recipient too, which is this second's question.
                refusedAt = model.now();
            }
            localRecipient(recipient, reply);
            if (!rules.asksForAnySender() && !rules.authRequired() && !RelayModel.isLocal(sender)) {
                assertThat(storeCalls.getAsInt()).as("mail from elsewhere").isEqualTo(before);
            }
        } else {
            remoteRecipient(reply, isUp);
        }
        return reply;
    }

    private void localRecipient(String recipient, String reply) {
        if (recipient.startsWith("nobody@")) {
            assertThat(reply).startsWith("5");
        } else if (!reply.startsWith("250 ")) {
            assertThat(rules.verifyIdentity() && (authenticated || RelayModel.isLocal(sender)))
                    .as("only James's identity check may refuse a local recipient: %s", reply)
                    .isTrue();
        }
    }

    private void remoteRecipient(String reply, boolean isUp) {
        if (!needsGrant()) {
            assertThat(reply.startsWith("250 ")
                            || (authenticated && rules.verifyIdentity() && reply.startsWith("503 5.7.1 Incorrect")))
                    .as("needs no grant: %s", reply)
                    .isTrue();
            hasRemoteRecipients |= reply.startsWith("250 ");
        } else if (reply.startsWith("250 ")) {
            assertThat(mayUntil).as("relays without an active grant").isGreaterThan(model.now());
            assertThat(model.canCount()).as("relays uncounted").isTrue();
            model.named(holders);
            assertThat(model.isBeyondTheLimit())
                    .as("relays beyond the limit of recipients")
                    .isFalse();
            hasRemoteRecipients = true;
        } else if (reply.startsWith("452 ")) {
            assertThat(reply)
                    .startsWith("452 4.5.3 Relaying denied for " + address + ": you have reached the limit of ");
            assertThat(mayUntil).as("no grant, so no limit").isGreaterThan(model.now());
            assertThat(model.mayHaveReachedTheLimit(holders))
                    .as("refused below the limit of recipients: %s", reply)
                    .isTrue();
        } else {
            // Whatever was decided before: a "no" is looked at again, once in a second.
            boolean must = isUp
                    && model.canCount()
                    && model.mustRelayUntil(address, sender) > model.now()
                    && (refusedAt == Long.MIN_VALUE || model.now() - refusedAt >= ASKED_AGAIN_AFTER);
            assertThat(must).as("refused although there is a grant: %s", reply).isFalse();
            checkRefusal(reply);
            refusedAt = model.now();
        }
    }

    private void checkRefusal(String reply) {
        assertThat(onlyTheStoreCouldTell && rules.tempfail() && !reply.startsWith("451 "))
                .as("the client must try again: %s", reply)
                .isFalse();
        if (reply.startsWith("451 ")) {
            assertThat(reply).startsWith("451 4.3.0 Relaying for ");
            assertThat(rules.tempfail()).isTrue();
            assertThat(everythingWasUp).as("no reason to try again").isFalse();
        } else if (everythingWasUp) {
            assertThat(reply).startsWith("5").contains(" 5.7.1 Relaying denied for " + address + ": ");
        } else {
            assertThat(reply).matches("5[35]0 5\\.7\\.1 .*");
        }
    }

    String data(JamesSmtpServer james) {
        String reply = checked(client.data());
        List<Accepted> mails = james.takeAccepted();
        if (reply.startsWith("250 ")) {
            assertThat(mails).hasSize(1);
            check(mails.get(0));
            open = false;
        } else {
            assertThat(mails).isEmpty();
        }
        return reply;
    }

    private void check(Accepted mail) {
        boolean stamped = mail.attributes().containsKey("org.popbeforesmtp.address");
        if (!needsGrant()) {
            assertThat(mail.isRelayed()).isTrue();
            assertThat(stamped).as("James's own right").isFalse();
        } else {
            assertThat(mail.isRelayed()).as("relayed and stamped alike").isEqualTo(stamped);
            assertThat(stamped && !mightEver).as("a stamp without a grant").isFalse();
            assertThat(hasRemoteRecipients && !stamped)
                    .as("accepted but not relayed")
                    .isFalse();
        }
    }

    String auth(String user) {
        String reply = checked(client.auth(user));
        authenticated |= reply.startsWith("235 ");
        return reply;
    }

    String startTls() {
        String reply = checked(client.startTls());
        open &= !reply.startsWith("220 ");
        return reply;
    }

    String reset(String command) {
        String reply = checked(client.say(command));
        open &= !reply.startsWith("250");
        return reply;
    }

    /** James forgets the sender of a transaction if another MAIL follows, however wrong that is. */
    String mailThatIsWrong(String line) {
        open = false;
        return checked(client.say(line));
    }

    String say(String line) {
        return checked(client.say(line));
    }

    void hangUp() {
        client.hangUp();
    }

    private static String checked(String reply) {
        assertThat(reply.lines()).allSatisfy(line -> {
            assertThat(line).matches("[\\x20-\\x7e]*");
            assertThat(line.length()).isLessThanOrEqualTo(510);
        });
        assertThat(reply).as("an exception reached James").doesNotContain("Unable to process request\n");
        assertThat(reply).isNotEqualTo("451 Unable to process request");
        return reply;
    }
}
