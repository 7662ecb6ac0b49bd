// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table of configurations, each given to {@code check} and to a real James: both must say the same of whether James
 * starts, whether it relays for a stranger, and whether it can grant. Clients come through the PROXY protocol, so that their
 * addresses are public ones.
 */
abstract class CheckAgreement {

    private static final String USER_CLIENT = "198.51.100.7";
    private static final String STRANGER_CLIENT = "203.0.113.9";
    private static final Path JAMES_HOME = Build.target().resolve("james-jars");
    static final String RECORDER = "<handler class=\"org.popbeforesmtp.pop3.Pop3LoginRecorder\"/>";
    static final String HOOK = "<handler class=\"org.popbeforesmtp.smtp.RelayGrantHook\"/>";

    /** What check says, or what is so. */
    record Verdict(boolean starts, boolean relaysForAStranger, boolean grants) {
        private static final Verdict NO_START = new Verdict(false, false, false);
    }

    record Row(String name, Verdict verdict, Consumer<JamesBuilder> change) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Row works(String name, Consumer<JamesBuilder> change) {
        return new Row(name, new Verdict(true, false, true), change);
    }

    static Row openRelay(String name, String networks) {
        return new Row(name, new Verdict(true, true, true), james -> james.authorizedAddresses(networks));
    }

    static Row grantsNothing(String name, Consumer<JamesBuilder> change) {
        return new Row(name, new Verdict(true, false, false), change);
    }

    static Row doesNotStart(String name, Consumer<JamesBuilder> change) {
        return new Row(name, Verdict.NO_START, change);
    }

    static Consumer<JamesBuilder> replace(String file, String from, String to) {
        return james -> james.replace(file, from, to);
    }

    /** James's jars where check looks for them. */
    @BeforeAll
    static void jamesJars() throws IOException {
        Path lib = Files.createDirectories(JAMES_HOME.resolve("lib"));
        for (Path jar : JamesUnderTest.configured().classPath()) {
            Path link = lib.resolve(jar.getFileName());
            try {
                Files.createSymbolicLink(link, jar);
            } catch (FileAlreadyExistsException e) {
                // A former test has made it, or one that runs in another process.
            }
        }
    }

    /** Each class of the table has its own {@code static Stream<Row> rows()}. */
    @ParameterizedTest
    @MethodSource("rows")
    final void bothShouldAgree(Row row) {
        JamesBuilder builder = JamesServer.named(getClass().getSimpleName()).proxyRequired();
        row.change().accept(builder);

        JsonObject report = check(builder.directory().root().resolve("conf"));
        Verdict said = new Verdict(
                report.get("starts").getAsBoolean(),
                report.get("openRelay").getAsBoolean(),
                report.get("canGrant").getAsBoolean());
        assertThat(said).as("check: %s", report.get("findings")).isEqualTo(row.verdict());
        assertThat(observed(builder)).as("James").isEqualTo(row.verdict());
    }

    private static JsonObject check(Path conf) {
        Program.Outcome outcome =
                ExtensionCommand.run("check", "--format=json", "--james", JAMES_HOME.toString(), conf.toString());
        JsonObject report = JsonParser.parseString(outcome.output()).getAsJsonObject();
        assertThat(outcome.status()).isEqualTo(report.get("problems").getAsInt() == 0 ? 0 : 1);
        return report;
    }

    private static Verdict observed(JamesBuilder builder) {
        try (JamesServer james = builder.start()) {
            james.webAdmin().createDomain("example.org").createUser(ALICE, PASSWORD);
            boolean open = relays(james, STRANGER_CLIENT, "somebody@elsewhere.example");
            logIn(james);
            return new Verdict(true, open, relays(james, USER_CLIENT, ALICE));
        } catch (JamesServer.StartFailure e) {
            return Verdict.NO_START;
        }
    }

    private static void logIn(JamesServer james) {
        try (Pop3Client pop3 = Pop3Client.connectThroughProxy(USER_CLIENT, james.pop3Port())) {
            pop3.login(ALICE, PASSWORD);
            pop3.quit();
        } catch (UncheckedIOException | IllegalStateException e) {
            // Nothing listens there.
        }
        if (james.hasImap()) {
            logInOverImap(james);
        }
    }

    private static void logInOverImap(JamesServer james) {
        try (ImapClient imap = ImapClient.connectThroughProxy(USER_CLIENT, james.imapPort())) {
            imap.login(ALICE, PASSWORD);
            imap.command("LOGOUT");
            // The grant may be some milliseconds behind.
            Thread.sleep(500);
        } catch (UncheckedIOException | IllegalStateException e) {
            // Nothing listens there, or it takes no client of a proxy.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean relays(JamesServer james, String client, String sender) {
        try (SmtpClient smtp = SmtpClient.connectThroughProxy(client, james.smtpPort())) {
            smtp.ehlo();
            smtp.mailFrom(sender);
            return smtp.rcptTo(STRANGER).code() == 250;
        } catch (UncheckedIOException | IllegalStateException e) {
            return false;
        }
    }
}
