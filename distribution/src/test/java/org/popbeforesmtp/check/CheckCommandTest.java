// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.store.file.FileGrantStore;
import picocli.CommandLine;

class CheckCommandTest {

    private static final String RECORDER = "<handler class=\"" + HandlerCheck.RECORDER + "\"/>";
    private static final String HOOK = "<handler class=\"" + HandlerCheck.HOOK + "\"/>";
    private static final String CORE = "<handler class=\"org.apache.james.smtpserver.CoreCmdHandlerLoader\"/>";

    @TempDir
    private Path james;

    private String output = "";

    @BeforeEach
    void aConfigurationWithoutFault() throws IOException {
        Files.createDirectory(conf());
        pop3(RECORDER, "");
        smtp(HOOK + CORE, "");
    }

    private Path conf() {
        return james.resolve("conf");
    }

    private void pop3(String handlers, String settings) throws IOException {
        write("pop3server.xml", "<pop3servers>" + server("pop3server", "", handlers, settings) + "</pop3servers>");
    }

    private void smtp(String handlers, String settings) throws IOException {
        write("smtpserver.xml", "<smtpservers>" + server("smtpserver", "", handlers, settings) + "</smtpservers>");
    }

    private static String server(String element, String name, String handlers, String settings) {
        return "<" + element + " enabled=\"true\"><jmxName>" + element + name + "</jmxName><bind>0.0.0.0:1</bind>"
                + settings + "<handlerchain>" + handlers + "</handlerchain></" + element + ">";
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(conf().resolve(file), text);
    }

    private int check() {
        return run("check", conf().toString());
    }

    private int run(String... arguments) {
        StringWriter out = new StringWriter();
        int status = new CommandLine(new CommandLineEntry())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments);
        output = out.toString();
        return status;
    }

    private void assertProblem(String text) {
        assertThat(check()).isEqualTo(1);
        assertThat(output).containsPattern("(?m)^  problem  .*" + java.util.regex.Pattern.quote(text));
    }

    private void assertWarning(String text) {
        assertThat(check()).isZero();
        assertThat(output).containsPattern("(?m)^  warning  .*" + java.util.regex.Pattern.quote(text));
    }

    @Test
    void aConfigurationWithoutFaultShouldPass() {
        assertThat(check()).isZero();
        assertThat(output)
                .contains("the defaults hold: a login grants relaying for 15 minutes")
                .contains("its logins are recorded")
                .contains("granted clients may relay")
                .endsWith("0 problems, 0 warnings." + System.lineSeparator());
    }

    @Test
    void allProblemsOfThePropertiesShouldBeNamed() throws IOException {
        write("pop-before-smtp.properties", "lifetme=15m\nlifetime=15\nredis.pasword=hush\n");

        assertProblem("lifetime was '15' but it must be a number with a unit");
        assertThat(output).contains("did you mean lifetime?").doesNotContain("hush");
    }

    @Test
    void aKeyThatIsSetTwiceShouldBeAProblemAsForJames() throws IOException {
        write("pop-before-smtp.properties", "lifetime=20m\nlifetime=30m\n");

        assertProblem("lifetime was '20m,30m' but it must be a number with a unit");
    }

    @Test
    void variablesShouldBeReplacedAsJamesDoes() throws IOException {
        System.setProperty("check.test.lifetime", "30m");
        write("pop-before-smtp.properties", "lifetime=${sys:check.test.lifetime}\n");

        assertThat(check()).isZero();
        assertThat(output).contains("30 minutes");
    }

    @Test
    void aVariableThatIsNotSetShouldHaveItsDefault() throws IOException {
        write("pop-before-smtp.properties", "lifetime=${env:CHECK_TEST_NOT_SET:-40m}\n");

        assertThat(check()).isZero();
        assertThat(output).contains("40 minutes");
    }

    @Test
    void aListMayHaveBlanksAndCommasTooMany() throws IOException {
        write("pop-before-smtp.properties", "networks.only=192.0.2.0/24 ,, 198.51.100.0/24,\nnetworks.excluded=,\n");

        assertThat(check()).isZero();
    }

    @Test
    void aMissingHandlerShouldBeAProblem() throws IOException {
        smtp(CORE, "");

        assertProblem("no grant allows relaying here; add " + HOOK + " first in its <handlerchain>");
    }

    @Test
    void aServerWithoutTheHandlerBesideOneWithItShouldBeWarnedOf() throws IOException {
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "1", HOOK + CORE, "") + server("smtpserver", "2", CORE, "")
                        + "</smtpservers>");

        assertWarning("smtpserver2 at 0.0.0.0:1: no grant allows relaying here; if it should, add " + HOOK);
        assertThat(output).contains("ok       smtpserver1");
    }

    @Test
    void aDisabledServerShouldNotMatter() throws IOException {
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "1", HOOK + CORE, "")
                        + server("smtpserver", "2", CORE, "").replace("\"true\"", "\"false\"") + "</smtpservers>");

        assertThat(check()).isZero();
        assertThat(output).doesNotContain("smtpserver2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FALSE", "no", "off"})
    void aServerThatIsDisabledInAnotherWordShouldNotMatterEither(String no) throws IOException {
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "1", HOOK + CORE, "")
                        + server("smtpserver", "2", CORE, "").replace("\"true\"", "\"" + no + "\"")
                        + "</smtpservers>");

        assertThat(check()).isZero();
        assertThat(output).doesNotContain("smtpserver2");
    }

    @Test
    void aHandlerThatIsNamedTwiceShouldBeAProblem() throws IOException {
        pop3(RECORDER + RECORDER, "");

        assertProblem("twice, and James will not start");
    }

    @Test
    void aHandlerThatIsNotFirstShouldBeWarnedOf() throws IOException {
        smtp(CORE + HOOK, "");

        assertWarning("move " + HOOK + " to the first place");
    }

    @Test
    void jamessOwnHandlerShouldBeWarnedOf() throws IOException {
        smtp(HOOK + "<handler class=\"org.apache.james.smtpserver.POP3BeforeSMTPHandler\"/>", "");

        assertWarning("remove org.apache.james.smtpserver.POP3BeforeSMTPHandler");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "0.0.0.0/0.0.0.0", "::/0"})
    void authorisingEverybodyShouldBeWarnedOf(String everybody) throws IOException {
        smtp(HOOK, "<authorizedAddresses>127.0.0.0/8, " + everybody + "</authorizedAddresses>");

        assertWarning("<authorizedAddresses> has " + everybody + ": anybody may relay");
    }

    @Test
    void aProxyOnOneSideOnlyShouldBeWarnedOf() throws IOException {
        pop3(RECORDER, "<proxyRequired>true</proxyRequired>");

        assertWarning("expects the PROXY protocol, but no SMTP server with the hook is like that");

        pop3(RECORDER, "");
        smtp(HOOK, "<proxyRequired>true</proxyRequired>");

        assertWarning("does not expect the PROXY protocol, but no SMTP server with the hook is like that");

        pop3(RECORDER, "<proxyRequired>true</proxyRequired>");

        assertThat(check()).isZero();
        assertThat(output).doesNotContain("warning ");
    }

    /** The submission server, say, is none of our business. */
    @Test
    void onlySmtpServersWithTheHookShouldCountForTheProxy() throws IOException {
        pop3(RECORDER, "<proxyRequired>yes</proxyRequired>");
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "1", HOOK, "")
                        + server("smtpserver", "2", CORE, "<proxyRequired>true</proxyRequired>") + "</smtpservers>");

        assertWarning("expects the PROXY protocol, but no SMTP server with the hook is like that");
    }

    @Test
    void theHookInLmtpShouldBeAProblem() throws IOException {
        write("lmtpserver.xml", "<lmtpservers>" + server("lmtpserver", "", HOOK, "") + "</lmtpservers>");

        assertProblem("LMTP delivers and never relays");
    }

    @Test
    void aFileThatIsNoXmlShouldBeAProblem() throws IOException {
        write("smtpserver.xml", "<smtpservers>");

        assertProblem("cannot be read: it is not well-formed XML");
    }

    @Test
    void aMissingServerFileShouldBeWarnedOf() throws IOException {
        Files.delete(conf().resolve("pop3server.xml"));

        assertWarning("is not there: this James has no such server");
    }

    @Test
    void aDirectoryThatIsNotJamessShouldBeAProblem() throws IOException {
        Files.delete(conf().resolve("pop3server.xml"));
        Files.delete(conf().resolve("smtpserver.xml"));

        assertProblem("has neither pop3server.xml nor smtpserver.xml");
    }

    @Test
    void aRedisThatCannotBeReachedShouldBeAProblemWithoutThePassword() throws IOException {
        write("pop-before-smtp.properties", "store=redis\nredis.url=redis://:hush@127.0.0.1:1\n");

        assertProblem("redis: ");
        assertThat(output).contains("127.0.0.1:1").doesNotContain("hush");
    }

    @Test
    void aKeyFileThatIsNotThereShouldBeAProblem() throws IOException {
        write(
                "pop-before-smtp.properties",
                "store=redis\nredis.url=rediss://127.0.0.1:1\nredis.keystore.file.path=/nowhere/keys.p12\n");

        assertProblem("redis.keystore.file.path must be a readable JKS or PKCS#12 file");
        assertThat(output).doesNotContain("Exception");
    }

    @Test
    void theFileStoreShouldBeTriedWithoutLeavingAnything() {
        assertThat(check()).isZero();
        assertThat(output)
                .contains(james.resolve("var/pop-before-smtp/grants.mv.db") + " will be made at the first start");
        assertThat(james.resolve("var")).doesNotExist();
    }

    @Test
    void aFileStoreInUseShouldBeToldApartFromOneThatIsNot() {
        Path file = james.resolve("var/pop-before-smtp/grants.mv.db");
        java.time.Clock clock = java.time.Clock.fixed(Instant.EPOCH, java.time.ZoneOffset.UTC);
        try (FileGrantStore store = FileGrantStore.open(file, clock, 10)) {
            assertThat(check()).isZero();
            assertThat(output).contains("in use by a James that runs now");
            assertThat(store.status().grants()).isZero();
        }
        assertThat(check()).isZero();
        assertThat(output).contains("is there and writable");
    }

    @Test
    void aPathThatCannotBeMadeShouldBeAProblem() throws IOException {
        Files.createFile(james.resolve("plain"));
        write("pop-before-smtp.properties", "file.path=file://plain/grants.mv.db\n");

        assertProblem("is not a writable directory");
    }

    @Test
    void dracThatIsEnabledWithoutItsListenerShouldBeAProblem() throws IOException {
        write("pop-before-smtp.properties", "drac.enabled=true\nsender=local\n");

        assertProblem("nothing listens; add guice.extension.startable=org.popbeforesmtp.drac.DracListener");
    }

    @Test
    void theListenerWithoutDracShouldBeWarnedOf() throws IOException {
        write("extensions.properties", "guice.extension.startable=org.example.Other, " + DracCheck.LISTENER + "\n");

        assertWarning("drac.enabled is false");
    }

    @Test
    void dracThatIsSetUpShouldPass() throws IOException {
        write("extensions.properties", "guice.extension.startable=" + DracCheck.LISTENER + "\n");
        write("pop-before-smtp.properties", "drac.enabled=true\nsender=local\n");

        assertThat(check()).isZero();
        assertThat(output).contains("the DRAC listener is named and enabled").contains(" 0 warnings");
    }

    @Test
    void dracWhoseGrantsAllowNothingShouldBeWarnedOf() throws IOException {
        write("extensions.properties", "guice.extension.startable=" + DracCheck.LISTENER + "\n");
        write("pop-before-smtp.properties", "drac.enabled=true\nlogin.requireTls=true\n");

        assertWarning("with sender=login they allow nothing");
        assertWarning("with login.requireTls=true grants from DRAC allow nothing");
    }

    @Test
    void wrongUseShouldBeToldApartFromProblems() {
        assertThat(run()).isEqualTo(2);
        assertThat(output).contains("Missing command");
        assertThat(run("check", james.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(output).contains("is not a directory");
        assertThat(run("chek")).isEqualTo(2);
        assertThat(run("--help")).isZero();
    }
}
