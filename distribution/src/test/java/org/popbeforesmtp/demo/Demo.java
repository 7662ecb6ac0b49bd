// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.demo;

import java.nio.file.Path;
import java.util.List;
import org.popbeforesmtp.e2e.JamesServer;
import org.popbeforesmtp.e2e.JamesUnderTest;
import org.popbeforesmtp.e2e.Pop3Client;
import org.popbeforesmtp.e2e.Reply;
import org.popbeforesmtp.e2e.SmtpClient;
import org.popbeforesmtp.e2e.SmtpSink;

/**
 * Starts a James with the extension, walks through the story, and leaves James running until Ctrl-C, or ends with
 * {@code --once}. Exits with 1 if any step does not turn out as it says.
 */
public final class Demo {

    private static final String CLIENT = "127.0.0.9";
    private static final String USER = "bob@example.org";
    private static final String PASSWORD = "secret";
    private static final String FRIEND = "friend@elsewhere.example";
    private static final int LIFETIME_SECONDS = 10;

    private final Terminal out;
    private final JamesServer james;
    private final SmtpSink elsewhere;

    private Demo(Terminal out, JamesServer james, SmtpSink elsewhere) {
        this.out = out;
        this.james = james;
        this.elsewhere = elsewhere;
    }

    /** Runs the demo. The system property {@code demo.files} names the folder for James's files, which the caller removes. */
    public static void main(String[] arguments) throws Exception {
        Terminal out = new Terminal(System.out);
        out.say("Starting James " + JamesUnderTest.configured().version()
                + " with the extension, and a mail server that stands for the rest of the world.");
        try (SmtpSink elsewhere = SmtpSink.start();
                JamesServer james = JamesServer.in(Path.of(System.getProperty("demo.files")))
                        .relayTo(elsewhere)
                        .with("lifetime", LIFETIME_SECONDS + "s")
                        .file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n")
                        .start()) {
            Demo demo = new Demo(out, james, elsewhere);
            demo.tell();
            if (!List.of(arguments).contains("--once")) {
                demo.leaveRunning();
            }
        } catch (JamesServer.StartFailure e) {
            out.say(causeOf(e.log()));
            System.exit(1);
        }
    }

    private static String causeOf(String log) {
        return log.contains("Address already in use")
                ? "James could not start: another program has just taken one of its ports. Run the demo again."
                : "James could not start. Its last words: "
                        + log.lines().filter(line -> !line.isBlank()).reduce("none", (first, next) -> next);
    }

    private void tell() throws InterruptedException {
        james.webAdmin().createDomain("example.org").createUser(USER, PASSWORD);
        out.say("James hosts example.org with the user " + USER + ". The client is " + CLIENT + ".");

        step(1, "Bob sends a mail to another server without having checked his mail.");
        expect(send("before the login"), "5", "James refuses, and the text tells Bob what to do.");

        step(2, "Somebody else sends a mail to Bob. That needs no grant, and never will.");
        expect(mail(FRIEND, USER, "hello Bob"), "250", "Mail for local users goes on as ever.");

        step(3, "Bob checks his mail over POP3.");
        checkMail();

        step(4, "Bob sends his mail again, as his mail program does with the same button.");
        expect(send("after the login"), "250", "James relays it. The grant allows it.");
        waitForDelivery("after the login");
        out.say(4, "The other server has got it.");

        step(5, "Another sender address from the same client.");
        expect(
                mail("mallory@example.org", FRIEND, "as somebody else"),
                "5",
                "A grant covers the addresses of the user who logged in, nobody else's.");

        step(6, "The lifetime passes, " + LIFETIME_SECONDS + " seconds in this demo (15 minutes as a rule).");
        Thread.sleep((LIFETIME_SECONDS + 1) * 1000L);
        expect(send("too late"), "5", "The grant has ended by itself.");
        out.say("");
        out.say("That is all of it.");
    }

    private void step(int number, String what) {
        out.say("");
        out.say(number + ". " + what);
    }

    private String send(String subject) {
        return mail(USER, FRIEND, subject);
    }

    private String mail(String sender, String recipient, String subject) {
        try (SmtpClient client = james.smtp(CLIENT)) {
            client.ehlo();
            out.say(4, "C: MAIL FROM:<" + sender + ">");
            Reply reply = client.mailFrom(sender);
            if (reply.toString().startsWith("2")) {
                out.say(4, "S: " + reply);
                out.say(4, "C: RCPT TO:<" + recipient + ">");
                reply = client.rcptTo(recipient);
            }
            if (reply.toString().startsWith("2")) {
                out.say(4, "S: " + reply);
                out.say(4, "C: DATA ...");
                reply = client.data(subject);
            }
            out.say(4, "S: " + reply);
            return reply.toString();
        }
    }

    private void checkMail() {
        try (Pop3Client client = james.pop3(CLIENT)) {
            out.say(4, "C: USER " + USER);
            out.say(4, "C: PASS ***");
            String reply = client.login(USER, PASSWORD);
            out.say(4, "S: " + reply);
            client.quit();
            expect(reply, "+OK", "The extension has recorded a grant for " + CLIENT + ".");
        }
    }

    private void waitForDelivery(String subject) throws InterruptedException {
        for (int i = 0; i < 300; i++) {
            if (elsewhere.delivery(subject).isPresent()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("the mail has not arrived at the other server");
    }

    private void expect(String reply, String beginning, String meaning) {
        if (!reply.startsWith(beginning)) {
            throw new IllegalStateException("expected a reply that begins with " + beginning + ", not: " + reply);
        }
        out.say(4, "" + meaning);
    }

    private void leaveRunning() throws InterruptedException {
        out.say("");
        out.say("James runs on. Try it by hand in another terminal; the password is " + PASSWORD + ":");
        out.show("curl -s --user " + USER + ":" + PASSWORD, "pop3://127.0.0.1:" + james.pop3Port() + "/");
        out.show("swaks --server 127.0.0.1:" + james.smtpPort(), "--from " + USER + " --to " + FRIEND);
        String grants = "http://127.0.0.1:" + james.webAdminPort() + "/pop-before-smtp/";
        out.show("curl -s " + grants + "grants");
        out.show("curl -sG " + grants + "explain", "-d address=127.0.0.1 -d sender=" + USER);
        out.say("Its files are in");
        out.say(2, james.root().toString());
        out.say("and its log is james.log there. Ctrl-C ends it and removes them.");
        Thread.currentThread().join();
    }
}
