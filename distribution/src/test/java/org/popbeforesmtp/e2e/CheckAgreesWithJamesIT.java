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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table of configurations, each given to {@code check} and to a real James: both must say the same of whether James
 * starts, whether it relays for a stranger, and whether it can grant. Clients come through the PROXY protocol, so that their
 * addresses are public ones.
 */
class CheckAgreesWithJamesIT {

    private static final String USER_CLIENT = "198.51.100.7";
    private static final String STRANGER_CLIENT = "203.0.113.9";
    private static final Path JAMES_HOME = Build.target().resolve("james-jars");
    private static final String RECORDER = "<handler class=\"org.popbeforesmtp.pop3.Pop3LoginRecorder\"/>";
    private static final String HOOK = "<handler class=\"org.popbeforesmtp.smtp.RelayGrantHook\"/>";

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

    private static Row works(String name, Consumer<JamesBuilder> change) {
        return new Row(name, new Verdict(true, false, true), change);
    }

    private static Row openRelay(String name, String networks) {
        return new Row(name, new Verdict(true, true, true), james -> james.authorizedAddresses(networks));
    }

    private static Row grantsNothing(String name, Consumer<JamesBuilder> change) {
        return new Row(name, new Verdict(true, false, false), change);
    }

    private static Row doesNotStart(String name, Consumer<JamesBuilder> change) {
        return new Row(name, Verdict.NO_START, change);
    }

    private static Consumer<JamesBuilder> replace(String file, String from, String to) {
        return james -> james.replace(file, from, to);
    }

    /** One of each kind, in every build. */
    static Stream<Row> one() {
        return Stream.of(
                works("as it ships", james -> {}),
                grantsNothing(
                        "POP3 is off",
                        james -> james.pop3(
                                xml -> xml.setAttribute("//pop3server", "enabled", "${env:NOT_SET:-false}"))),
                openRelay("everybody, by a variable with a default", "${env:NOT_SET:-*}"),
                doesNotStart("the hook twice", replace("smtpserver.xml", HOOK, HOOK + HOOK)));
    }

    static Stream<Row> others() {
        return Stream.of(
                works("the recorder twice", replace("pop3server.xml", RECORDER, RECORDER + RECORDER)),
                works(
                        "the hook behind the others",
                        replace("smtpserver.xml", HOOK, "<!-- -->")
                                .andThen(james ->
                                        james.replace("smtpserver.xml", "</handlerchain>", HOOK + "</handlerchain>"))),
                works(
                        "a document type",
                        replace(
                                "pop3server.xml",
                                "<pop3servers>",
                                "<!DOCTYPE pop3servers [<!ENTITY on 'true'>]><pop3servers>")),
                works(
                        "properties that include others",
                        james -> james.file("more.properties", "lifetime=20m\n")
                                .file("pop-before-smtp.properties", "include=more.properties\n")),
                works("lists with holes", james -> james.with("networks.excluded", "192.0.2.0/24 ,, 10.0.0.0/8,")),
                works("small networks", james -> james.authorizedAddresses("127.0.0.0/8, 10.*,192.168.*")),
                works(
                        "a network that is a name of nothing",
                        james -> james.authorizedAddresses("no.such.host.invalid")),
                works("IMAP beside POP3", JamesBuilder::withImap),
                works(
                        "IMAP alone",
                        james -> james.withImap()
                                .imap(xml -> xml.set("//imapserver", "proxyRequired", "true"))
                                .pop3(xml -> xml.setAttribute("//pop3server", "enabled", "false"))),
                grantsNothing(
                        "IMAP alone, and without us",
                        james -> james.withImap()
                                .imap(xml -> xml.remove("//imapPackages"))
                                .pop3(xml -> xml.setAttribute("//pop3server", "enabled", "false"))),
                doesNotStart(
                        "a package of IMAP commands that does not exist",
                        james -> james.withImap().replace("imapserver.xml", "ImapLoginRecorder", "ImapRecorder")),
                doesNotStart(
                        "IMAP commands twice",
                        james -> james.withImap()
                                .replace(
                                        "imapserver.xml",
                                        "</imapPackages>",
                                        "</imapPackages><imapPackages>"
                                                + "org.apache.james.modules.protocols.ImapPackage$DefaultAuth"
                                                + "</imapPackages>")),
                openRelay("an asterisk", "*"),
                openRelay("a length of 00", "0.0.0.0/00"),
                openRelay("two halves", "0.0.0.0/1,128.0.0.0/1"),
                openRelay("a length beyond 32", "128.0.0.0/33"),
                openRelay("an octet and an asterisk", "203.*"),
                openRelay("a mask with holes", "0.0.0.1/0.0.0.1"),
                grantsNothing(
                        "networks that admit nobody",
                        james -> james.with("networks.only", "198.51.100.0/24")
                                .with("networks.excluded", "198.51.100.0/25,198.51.100.128/25")),
                grantsNothing("no hook", replace("smtpserver.xml", HOOK, "")),
                grantsNothing("no recorder", replace("pop3server.xml", RECORDER, "")),
                grantsNothing(
                        "the two handlers in each other's file",
                        replace("smtpserver.xml", HOOK, RECORDER)
                                .andThen(james -> james.replace("pop3server.xml", RECORDER, HOOK))),
                grantsNothing(
                        "logins over TLS alone, and no TLS",
                        james -> james.with("login.requireTls", "true").pop3(xml -> xml.remove("//tls"))),
                grantsNothing(
                        "James's own handler",
                        replace(
                                "smtpserver.xml",
                                HOOK,
                                HOOK + "<handler class=\"org.apache.james.smtpserver.POP3BeforeSMTPHandler\"/>")),
                doesNotStart(
                        "an unset variable turns a server on",
                        james -> james.pop3(xml -> xml.setAttribute("//pop3server", "enabled", "${env:NOT_SET}"))),
                doesNotStart("an unset variable is a value", james -> james.with("lifetime", "${env:NOT_SET}")),
                doesNotStart(
                        "a key twice", james -> james.with("lifetime", "20m").with("lifetime", "30m")),
                doesNotStart("an escaped slash", james -> james.with("file.path", "file:\\/\\/var/x.db")),
                doesNotStart("a store where no file can be", james -> james.with("file.path", "file:///proc/x")),
                doesNotStart("redis.properties is a directory", james -> james.folder("redis.properties")),
                doesNotStart(
                        "blanks in a class name", replace("smtpserver.xml", "RelayGrantHook\"", "RelayGrantHook \"")),
                doesNotStart(
                        "a class that does not exist", replace("pop3server.xml", "Pop3LoginRecorder", "LoginRecorder")),
                doesNotStart(
                        "a class of James that does not exist",
                        replace("smtpserver.xml", "ValidRcptHandler", "NoHandler")),
                doesNotStart(
                        "two handler chains",
                        replace("smtpserver.xml", "</handlerchain>", "</handlerchain><handlerchain/>")),
                doesNotStart("no handler chain", james -> james.smtp(xml -> xml.remove("//handlerchain"))),
                doesNotStart(
                        "a route that does not exist",
                        james -> james.file(
                                "webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.Routes\n")),
                doesNotStart(
                        "a route that is none",
                        james -> james.file(
                                "webadmin.properties", "extensions.routes=org.popbeforesmtp.pop3.Pop3LoginRecorder\n")),
                doesNotStart(
                        "a health check that does not exist",
                        james -> james.file(
                                "healthcheck.properties", "additional.healthchecks=org.popbeforesmtp.Health\n")),
                doesNotStart(
                        "a module that does not exist",
                        james -> james.file(
                                "extensions.properties", "guice.extension.module=org.popbeforesmtp.Module\n")),
                doesNotStart(
                        "a startable that does not exist",
                        james -> james.file(
                                "extensions.properties", "guice.extension.startable=org.popbeforesmtp.Start\n")),
                doesNotStart(
                        "a matcher that does not exist",
                        replace(
                                "mailetcontainer.xml",
                                "org.popbeforesmtp.mail.RelayedByGrant",
                                "org.popbeforesmtp.mail.RelayedByGrants")),
                doesNotStart(
                        "a mailet of James that does not exist",
                        replace("mailetcontainer.xml", "\"RemoveMimeHeader\"", "\"RemoveMimeHeaders\"")),
                doesNotStart(
                        "a matcher of James that does not exist",
                        replace("mailetcontainer.xml", "\"RecipientIsLocal\"", "\"RecipientIsLocl\"")),
                doesNotStart(
                        "no processor of errors",
                        replace("mailetcontainer.xml", "state=\"error\"", "state=\"errors\"")),
                doesNotStart(
                        "a processor that does not exist",
                        replace("mailetcontainer.xml", "state=\"relay-denied\"", "state=\"denied\"")),
                doesNotStart(
                        "threads that are no number", replace("mailetcontainer.xml", "<threads>5<", "<threads>five<")),
                doesNotStart(
                        "a time that is no number",
                        james -> james.pop3(xml -> xml.set("//pop3server", "connectiontimeout", "20m"))),
                doesNotStart(
                        "a limit below zero",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "connectionLimitPerIP", "-1"))),
                doesNotStart(
                        "a size that is none",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "maxmessagesize", "10 MB"))),
                doesNotStart(
                        "a switch that is neither on nor off",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "heloEhloEnforcement", "perhaps"))),
                doesNotStart(
                        "a switch of the PROXY protocol that is neither on nor off",
                        james -> james.pop3(xml -> xml.set("//pop3server", "proxyRequired", "maybe"))),
                doesNotStart(
                        "users in XML that ends too early", replace("usersrepository.xml", "</usersrepository>", "")),
                doesNotStart(
                        "WebAdmin neither on nor off", replace("webadmin.properties", "enabled=true", "enabled=maybe")),
                doesNotStart("a port that is no number", replace("webadmin.properties", "port=", "port=p")),
                doesNotStart("no jar", JamesBuilder::withoutExtensions),
                doesNotStart("no keystore", james -> james.without("keystore")),
                doesNotStart(
                        "a wrong secret of the keystore",
                        james -> james.smtp(xml -> xml.set("//tls", "secret", "wrong"))),
                doesNotStart(
                        "TLS in both ways",
                        james -> james.smtp(xml -> xml.setAttribute("//tls", "startTLS", "true")
                                .setAttribute("//tls", "socketTLS", "true"))),
                doesNotStart(
                        "identity without AUTH",
                        james -> james.announceAuth("never").verifyIdentity(true)),
                doesNotStart("a network that is no number", james -> james.authorizedAddresses("10.0.0.0/eight")),
                doesNotStart("an asterisk in IPv6", james -> james.authorizedAddresses("2001:db8:*")),
                doesNotStart(
                        "a port twice",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "bind", "127.0.0.1:" + Ports.free()))),
                doesNotStart("a name twice", james -> james.smtp(xml -> xml.set("//smtpserver", "jmxName", "smtp"))),
                doesNotStart("XML that ends too early", replace("smtpserver.xml", "</smtpservers>", "")));
    }

    /** James's jars where check looks for them. */
    @BeforeAll
    static void jamesJars() throws IOException {
        Path lib = Files.createDirectories(JAMES_HOME.resolve("lib"));
        for (Path jar : JamesUnderTest.configured().classPath()) {
            Path link = lib.resolve(jar.getFileName());
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, jar);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("one")
    void bothShouldAgree(Row row) {
        assertAgreement(row);
    }

    /** The rest of the table takes ten seconds a row. */
    @Tag("real-peers")
    @ParameterizedTest
    @MethodSource("others")
    void bothShouldAgreeOnTheRest(Row row) {
        assertAgreement(row);
    }

    private static void assertAgreement(Row row) {
        JamesBuilder builder = JamesServer.named("check").proxyRequired();
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
        Program.Outcome outcome = Program.run(
                List.of(
                        JamesUnderTest.configured().java().toString(),
                        "-jar",
                        Build.extensionJar().toString(),
                        "check",
                        "--format=json",
                        "--james",
                        JAMES_HOME.toString(),
                        conf.toString()),
                "");
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
