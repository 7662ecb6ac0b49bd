// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.file.FileGrantStore;
import picocli.CommandLine;

class CheckCommandTest {

    private static final String RECORDER = "<handler class=\"" + HandlerCheck.RECORDER + "\"/>";
    private static final String HOOK = "<handler class=\"" + HandlerCheck.HOOK + "\"/>";
    private static final String CORE = "<handler class=\"org.apache.james.smtpserver.CoreCmdHandlerLoader\"/>";

    private static final String ROUTES = "org.popbeforesmtp.webadmin.GrantRoutes";
    private static final String POP3_OFF =
            "<pop3servers><pop3server enabled=\"false\"><handlerchain/></pop3server></pop3servers>";

    @TempDir
    private Path james;

    private String output = "";

    @BeforeEach
    void aConfigurationWithoutFault() throws IOException {
        Files.createDirectories(conf());
        extension("james-pop-before-smtp-1.jar");
        pop3(RECORDER, "");
        smtp(HOOK + CORE, "");
    }

    private void extension(String name) throws IOException {
        Path jar = Files.createDirectories(james.resolve("extensions-jars")).resolve(name);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String entry : List.of(
                    HandlerCheck.RECORDER,
                    HandlerCheck.HOOK,
                    HandlerCheck.OBSERVER,
                    NoticeCheck.MAILET,
                    ImapCheck.RECORDER,
                    ExtensionClasses.LISTENER,
                    ROUTES)) {
                out.putNextEntry(new ZipEntry(entry.replace('.', '/') + ".class"));
            }
        }
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
        return "<" + element + " enabled=\"true\"><jmxName>" + element + name + "</jmxName><bind>0.0.0.0:"
                + port(element, name) + "</bind>" + settings + "<handlerchain>" + handlers + "</handlerchain></"
                + element + ">";
    }

    private static String port(String element, String name) {
        return element.equals("pop3server") ? "110" : name.isEmpty() ? "1" : name;
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
                .contains("the defaults apply: a login grants relaying for 15 minutes")
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

        assertProblem("lifetime was '20m,30m' but it must not be given twice");
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

        assertProblem("no SMTP server has the hook, so no grant allows relaying; add " + HOOK + " first in its");
    }

    @Test
    void aServerWithoutTheHandlerBesideOneWithItShouldBeWarnedOf() throws IOException {
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "1", HOOK + CORE, "")
                        + server("smtpserver", "2", CORE, "").replace("0.0.0.0:2", "0.0.0.0:25") + "</smtpservers>");

        assertWarning("smtpserver2 at 0.0.0.0:25: no grant allows relaying here; add " + HOOK);
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
    void theHookThatIsNamedTwiceShouldBeAProblem() throws IOException {
        smtp(HOOK + HOOK + CORE, "");

        assertProblem("James does not start: names " + HandlerCheck.HOOK + " twice; keep one");
    }

    @Test
    void aHandlerThatIsNotFirstShouldBeWarnedOf() throws IOException {
        smtp(CORE + HOOK, "");

        assertWarning("move " + HOOK + " to the first place");
    }

    @Test
    void jamessOwnHandlerShouldBeAProblem() throws IOException {
        smtp(HOOK + "<handler class=\"org.apache.james.smtpserver.POP3BeforeSMTPHandler\"/>", "");

        assertProblem("remove org.apache.james.smtpserver.POP3BeforeSMTPHandler");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0/0",
                "0.0.0.0/00",
                "0.0.0.0/0.0.0.0",
                "*",
                "1*",
                "0.0.0.0/1",
                "0.0.0.0/33",
                "198.*",
                "0.0.0.1/0.0.0.1",
                "::/0",
                "2000::/3",
                "2001::/2",
                "example.org/0"
            })
    void authorisingStrangersShouldBeAProblem(String everybody) throws IOException {
        smtp(HOOK, "<authorizedAddresses>127.0.0.0/8, " + everybody + "</authorizedAddresses>");

        assertProblem("open relay: <authorizedAddresses> has " + everybody + ": strangers may relay");
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

        assertProblem("cannot be read: it is not well-formed XML: ");
    }

    @Test
    void aMissingPop3ServerShouldBeAProblem() throws IOException {
        Files.delete(conf().resolve("pop3server.xml"));

        assertProblem("is not there: this James has no POP3 server, so nothing here grants");
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
                .contains(james.resolve("var/pop-before-smtp/grants.mv.db") + " will be created at the first start");
        assertThat(james.resolve("var")).doesNotExist();
    }

    @Test
    void aFileStoreInUseShouldBeToldApartFromOneThatIsNot() {
        Path file = james.resolve("var/pop-before-smtp/grants.mv.db");
        java.time.Clock clock = java.time.Clock.fixed(Instant.EPOCH, java.time.ZoneOffset.UTC);
        try (FileGrantStore store =
                FileGrantStore.open(file, clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS))) {
            assertThat(check()).isZero();
            assertThat(output).contains("in use by a running James");
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
        write(
                "extensions.properties",
                "guice.extension.startable=org.example.Other, " + ExtensionClasses.LISTENER + "\n");

        assertWarning("drac.enabled is false");
    }

    @Test
    void dracThatIsSetUpShouldPass() throws IOException {
        write("extensions.properties", "guice.extension.startable=" + ExtensionClasses.LISTENER + "\n");
        write("pop-before-smtp.properties", "drac.enabled=true\nsender=local\n");

        assertThat(check()).isZero();
        assertThat(output).contains("the DRAC listener is named and enabled").contains(" 0 warnings");
    }

    @Test
    void dracWhoseGrantsAllowNothingShouldBeWarnedOf() throws IOException {
        write("extensions.properties", "guice.extension.startable=" + ExtensionClasses.LISTENER + "\n");
        write("pop-before-smtp.properties", "drac.enabled=true\nlogin.requireTls=true\n");

        assertProblem("login.requireTls is true and no POP3 server with the recorder has TLS: no login grants");
        assertThat(output)
                .contains("with sender=login they allow nothing")
                .contains("with login.requireTls=true grants from DRAC allow nothing");
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

    // ---- what can grant

    @Test
    void pop3ThatIsOffShouldBeAProblem() throws IOException {
        write("pop3server.xml", POP3_OFF);

        assertProblem("no POP3 server is turned on, so nothing here grants");
    }

    @Test
    void pop3ThatIsOffShouldBeWarnedOfWhereWebAdminGrants() throws IOException {
        write("pop3server.xml", POP3_OFF);
        write("webadmin.properties", "enabled=true\nextensions.routes=" + ROUTES + "\n");

        assertWarning("POP3 is off here: only WebAdmin can grant");
    }

    @Test
    void routesOfAWebAdminThatIsOffShouldNotGrant() throws IOException {
        write("pop3server.xml", POP3_OFF);
        write("webadmin.properties", "extensions.routes=" + ROUTES + "\n");

        assertProblem("nothing here grants");
    }

    @Test
    void aVariableMayTurnAServerOn() throws IOException {
        System.setProperty("check.test.enabled", "false");
        write("pop3server.xml", POP3_OFF.replace("false", "${sys:check.test.enabled}"));

        assertProblem("no POP3 server is turned on");
    }

    @Test
    void aVariableThatIsNotSetShouldBeNamed() throws IOException {
        write("pop3server.xml", POP3_OFF.replace("false", "${env:CHECK_TEST_NOT_SET}"));

        assertProblem("James does not start");
        assertThat(output).contains("${env:CHECK_TEST_NOT_SET} is not set here");
    }

    @Test
    void aSecretThatIsAnUnsetVariableShouldBeNamed() throws IOException {
        write("pop-before-smtp.properties", "store=redis\nredis.password=${env:CHECK_TEST_NOT_SET}\n");

        assertProblem(
                "redis.password was '***' but it must not name a variable that is not set: ${env:CHECK_TEST_NOT_SET}");
    }

    @Test
    void loginsThatMustBeEncryptedAndCannotBeShouldBeAProblem() throws IOException {
        write("pop-before-smtp.properties", "login.requireTls=true\n");

        assertProblem("login.requireTls is true and no POP3 server with the recorder has TLS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "networks.only=192.0.2.0/24\nnetworks.excluded=192.0.2.0/24",
                "networks.only=192.0.2.0/24\nnetworks.excluded=192.0.2.0/25,192.0.2.128/25",
                "networks.excluded=0.0.0.0/1,128.0.0.0/1,::/0"
            })
    void networksThatAdmitNobodyShouldBeAProblem(String lines) throws IOException {
        write("pop-before-smtp.properties", lines + "\n");

        assertProblem("no login from anywhere grants");
    }

    @Test
    void anySenderShouldBeWarnedOfAndMoreSoForADay() throws IOException {
        write("pop-before-smtp.properties", "sender=any\n");
        assertWarning("sender=any: anyone who shares the address");
        assertThat(output).doesNotContain("OPEN RELAY");

        write("pop-before-smtp.properties", "sender=any\nlifetime=24h\n");
        assertWarning("CLOSE TO AN OPEN RELAY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cassandra.properties", "redis.properties"})
    void aStoreThatOtherNodesCannotSeeShouldBeWarnedOf(String file) throws IOException {
        write(file, "");

        assertWarning("with " + file + " this James may be one of several nodes");
    }

    // ---- whether James starts

    @Test
    void noJarShouldBeOneProblem() throws IOException {
        Files.delete(james.resolve("extensions-jars/james-pop-before-smtp-1.jar"));

        assertProblem("no jar of POP before SMTP is in " + james.resolve("extensions-jars"));
        assertThat(output).contains("1 problem,");
    }

    /** James loads every file there, whatever its name. */
    @Test
    void twoJarsShouldBeAProblem() throws IOException {
        extension("james-pop-before-smtp-0.jar.bak");

        assertProblem("several jars of POP before SMTP are there");
    }

    @Test
    void aClassThatDoesNotExistShouldBeAProblem() throws IOException {
        write(
                "webadmin.properties",
                "enabled=true\nextensions.routes=" + ROUTES + ",org.popbeforesmtp.webadmin.Grantroutes\n");
        write("healthcheck.properties", "additional.healthchecks=org.popbeforesmtp.Nothing\n");
        write("extensions.properties", "guice.extension.module=org.popbeforesmtp.NoModule\n");

        assertProblem("extensions.routes names org.popbeforesmtp.webadmin.Grantroutes, and there is no such class");
        assertThat(output)
                .contains("additional.healthchecks names org.popbeforesmtp.Nothing")
                .contains("guice.extension.module names org.popbeforesmtp.NoModule")
                .contains("3 problems");
    }

    private void processors(String processors) throws IOException {
        write("mailetcontainer.xml", "<mailetcontainer><processors>" + processors + "</processors></mailetcontainer>");
    }

    @Test
    void aMailetOfOursThatDoesNotExistShouldBeAProblem() throws IOException {
        processors("<processor state=\"root\"><mailet notmatch=\"org.popbeforesmtp.mail.RelayedByGrants=x\""
                + " class=\"org.popbeforesmtp.mail.RetirementNotices\"/></processor><processor state=\"error\"/>");

        assertProblem("a mailet names 'org.popbeforesmtp.mail.RetirementNotices', and there is no such class");
        assertThat(output).contains("a matcher names 'org.popbeforesmtp.mail.RelayedByGrants'", "2 problems");
    }

    @Test
    void aProcessorThatIsMissingShouldBeAProblem() throws IOException {
        processors("<processor state=\"root\"><mailet class=\"ToProcessor\"><processor>transport</processor></mailet>"
                + "<mailet class=\"ToProcessor\"><processor>ghost</processor></mailet></processor>");

        assertProblem("there is no processor error");
        assertThat(output).contains("ToProcessor names 'transport', and there is no such processor", "2 problems");
    }

    @Test
    void aMatchAndItsOppositeInOneMailetShouldBeAProblem() throws IOException {
        processors("<processor state=\"root\"><mailet match=\"All\" notmatch=\"None\" class=\"Null\"/></processor>"
                + "<processor state=\"error\"/>");

        assertProblem("match=\"All\" and notmatch=\"None\" stand in one element");
    }

    @Test
    void aValueThatJamesCannotReadShouldBeAProblem() throws IOException {
        smtp(HOOK, "<proxyRequired>maybe</proxyRequired>");
        pop3(RECORDER, "<connectiontimeout>20m</connectiontimeout>");

        assertProblem("proxyRequired must be true or false, it is 'maybe'");
        assertThat(output).contains("connectiontimeout must be a whole number, it is '20m'", "2 problems");
    }

    @Test
    void anAddressOfAnotherMachineShouldBeAWarning() throws IOException {
        write(
                "pop3server.xml",
                "<pop3servers>" + server("pop3server", "", RECORDER, "").replace("0.0.0.0", "192.0.2.1")
                        + "</pop3servers>");

        assertWarning("192.0.2.1 is no address of this machine");
    }

    @Test
    void aWebAdminThatCannotStartShouldBeAProblem() throws IOException {
        write("webadmin.properties", "enabled=maybe\n");
        assertProblem("enabled must be true or false, it is 'maybe'");

        write("webadmin.properties", "enabled=true\nport=many\n");
        assertProblem("port must be a number from 0 to 65535, it is 'many'");

        write("webadmin.properties", "enabled=true\nport=110\n");
        assertProblem("port 110 is that of pop3server at 0.0.0.0:110 too, in pop3server.xml");
    }

    @Test
    void anyFileOfJamesThatIsNotWellFormedShouldBeAProblem() throws IOException {
        write("usersrepository.xml", "<usersrepository>");

        assertProblem("cannot be read: it is not well-formed XML");
        assertThat(output).contains("usersrepository.xml");
    }

    @Test
    void blanksAroundAClassShouldBeAProblem() throws IOException {
        smtp(HOOK.replace("RelayGrantHook", "RelayGrantHook ") + HOOK, "");

        assertProblem("has blanks around its name");
    }

    @Test
    void twoChainsShouldBeAProblem() throws IOException {
        smtp(HOOK + "</handlerchain><handlerchain>" + CORE, "");

        assertProblem("it must have one <handlerchain>, it has 2");
    }

    @Test
    void aMissingKeystoreShouldBeAProblem() throws IOException {
        pop3(RECORDER, "<tls startTLS=\"true\"><keystore>file://conf/keystore</keystore></tls>");

        assertProblem("there is no keystore " + conf().resolve("keystore"));
    }

    @Test
    void aDirectoryInThePlaceOfAFileShouldBeAProblem() throws IOException {
        Files.createDirectory(conf().resolve("redis.properties"));

        assertProblem("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///proc/x", "file:///dev/null/x"})
    void aStoreWhereNoFileCanBeShouldBeAProblem(String path) throws IOException {
        write("pop-before-smtp.properties", "file.path=" + path + "\n");

        assertProblem("cannot be made");
    }

    // ---- what is right

    @Test
    void aDocumentTypeAndAnIncludeShouldBeRead() throws IOException {
        write(
                "pop3server.xml",
                "<!DOCTYPE pop3servers [<!ENTITY recorder '" + RECORDER + "'>]>" + "<pop3servers>"
                        + server("pop3server", "", "&recorder;", "") + "</pop3servers>");
        write("pop-before-smtp.properties", "include=more.properties\n");
        write("more.properties", "lifetime=20m\n");

        assertThat(check()).isZero();
        assertThat(output).contains("20 minutes", "  lifetime=20m");
    }

    @Test
    void submissionPortsWithoutTheHookShouldBeADetail() throws IOException {
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "25", HOOK + CORE, "") + server("smtpserver", "587", CORE, "")
                        + "</smtpservers>");

        assertThat(check()).isZero();
        assertThat(output).doesNotContain("587").contains(" 0 warnings");
        assertThat(run("check", "--verbose", conf().toString())).isZero();
        assertThat(output).contains("smtpserver587 at 0.0.0.0:587: no grant allows relaying here");
    }

    @Test
    void theVerboseReportShouldShowWhereTheUseOfSmtpAuthIsSeen() throws IOException {
        String observer = "<handler class=\"" + HandlerCheck.OBSERVER + "\"/>";
        write(
                "smtpserver.xml",
                "<smtpservers>" + server("smtpserver", "25", HOOK + CORE, "")
                        + server("smtpserver", "465", observer + CORE, "") + server("smtpserver", "587", CORE, "")
                        + "</smtpservers>");

        assertThat(run("check", "--verbose", conf().toString())).isZero();
        assertThat(output)
                .contains("smtpserver465 at 0.0.0.0:465: the usage report shows who uses SMTP AUTH here")
                .contains("smtpserver587 at 0.0.0.0:587: the usage report cannot show who uses SMTP AUTH here; if it"
                        + " should, add " + observer)
                .doesNotContain("0.0.0.0:25: the usage report");
    }

    private void notice(String parameters) throws IOException {
        write(
                "mailetcontainer.xml",
                "<mailetcontainer><processors><processor state=\"relay\"><mailet match=\"All\" class=\""
                        + NoticeCheck.MAILET + "\">" + parameters
                        + "</mailet></processor><processor state=\"root\"/><processor state=\"error\"/></processors>"
                        + "</mailetcontainer>");
    }

    @Test
    void aNoticeThatCannotBeMadeShouldBeAProblem() throws IOException {
        notice("<every>30</every><template>file://conf/notice.txt</template>");

        assertProblem(
                "James does not start: RetirementNotice: every was '30' but it must be a duration from 1s to 365d,"
                        + " such as 30d; template was 'file://conf/notice.txt' but it must be the URL of a file that can be read");
    }

    @Test
    void aNoticeThatCanBeMadeShouldBeReported() throws IOException {
        write("notice.txt", "Subject: Hello\n\n{user}\n");
        notice("<every>7d</every><template>file://conf/notice.txt</template>");
        assertThat(check()).isZero();
        assertThat(output).contains("users whose mail is relayed on a grant get a notice");

        notice("<dryRun>true</dryRun>");
        assertThat(check()).isZero();
        assertThat(output).contains("the log tells which users would get a notice");
    }

    @Test
    void anObserverThatDoesNothingShouldBeAWarning() throws IOException {
        pop3(RECORDER + "<handler class=\"" + HandlerCheck.OBSERVER + "\"/>", "");

        assertWarning(HandlerCheck.OBSERVER + " does nothing here; it belongs in smtpserver.xml");
    }

    @Test
    void aDisabledLmtpServerShouldNotBeMentioned() throws IOException {
        write("lmtpserver.xml", "<lmtpservers><lmtpserver enabled=\"false\"/></lmtpservers>");

        assertThat(check()).isZero();
        assertThat(output).doesNotContain("lmtp");
    }

    @Test
    void smallNetworksShouldBeNoOpenRelay() throws IOException {
        smtp(
                HOOK,
                "<authorizedAddresses>127.0.0.0/8, 10.*,172.16.0.0/12 192.168.*,203.0.112.0/22,2001:db8::1</authorizedAddresses>");

        assertThat(check()).isZero();
    }

    @Test
    void manyNetworksThatAreLargeTogetherShouldBeAnOpenRelay() throws IOException {
        smtp(HOOK, "<authorizedAddresses>11.0.0.0/9,11.128.0.0/9</authorizedAddresses>");

        assertProblem("open relay");
    }

    @Test
    void dracThatStrangersMayCallShouldBeAnOpenRelay() throws IOException {
        write("extensions.properties", "guice.extension.startable=" + ExtensionClasses.LISTENER + "\n");
        write(
                "pop-before-smtp.properties",
                "drac.enabled=true\nsender=local\ndrac.address=0.0.0.0\ndrac.allow=0.0.0.0/0\n");

        assertProblem("drac.allow lets strangers grant");
    }

    @Test
    void theReportShouldBeForProgramsToo() throws IOException {
        smtp(HOOK, "<authorizedAddresses>*</authorizedAddresses>");

        assertThat(run("check", "--format", "json", conf().toString())).isEqualTo(1);
        JsonObject report = JsonParser.parseString(output).getAsJsonObject();
        assertThat(report.get("problems").getAsInt()).isEqualTo(1);
        assertThat(report.get("starts").getAsBoolean()).isTrue();
        assertThat(report.get("openRelay").getAsBoolean()).isTrue();
        assertThat(report.get("canGrant").getAsBoolean()).isTrue();
        assertThat(report.getAsJsonObject("settings").get("lifetime").getAsString())
                .isEqualTo("15m");
        assertThat(run("check", "--format", "xml", conf().toString())).isEqualTo(2);
    }

    // ---- IMAP

    private static final String PACKAGES = "<imapPackages>" + ImapCheck.RECORDER + "</imapPackages>";

    private void imap(String atRoot, String inServer) throws IOException {
        write(
                "imapserver.xml",
                "<imapservers>" + atRoot
                        + "<imapserver enabled=\"true\"><jmxName>imapserver</jmxName><bind>0.0.0.0:143</bind>"
                        + inServer + "</imapserver></imapservers>");
    }

    /** Jars by which James is told to be of a version. */
    private void jamesIs(boolean before39) throws IOException {
        Path jar = Files.createDirectories(james.resolve("lib")).resolve("james-server-protocols-smtp-0.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            if (!before39) {
                String name = Server.NO_AUTH_HANDLERS.replace('.', '/');
                ClassWriter writer = new ClassWriter(0);
                writer.visit(Opcodes.V11, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
                out.putNextEntry(new ZipEntry(name + ".class"));
                out.write(writer.toByteArray());
            }
        }
    }

    private void assertOk(String text) {
        run("check", "--verbose", conf().toString());
        assertThat(output).contains(text);
    }

    @Test
    void imapShouldBeASourceOfGrants() throws IOException {
        write("pop3server.xml", POP3_OFF);
        imap(PACKAGES, PACKAGES);

        assertWarning("POP3 is off here: only IMAP can grant");
        assertOk("imapserver at 0.0.0.0:143: its logins are recorded");
    }

    @Test
    void imapWithoutOurPackageShouldBeNoSource() throws IOException {
        write("pop3server.xml", POP3_OFF);
        imap("", "");

        assertProblem("no POP3 server is turned on, so nothing here grants");
    }

    @Test
    void imapWithoutTlsShouldBeNoSourceIfLoginsNeedIt() throws IOException {
        write("pop3server.xml", POP3_OFF);
        write("pop-before-smtp.properties", "login.requireTls=true\n");
        imap(PACKAGES, PACKAGES);
        assertProblem("no POP3 server is turned on, so nothing here grants");

        imap(PACKAGES, "<tls startTLS=\"true\"/>" + PACKAGES);
        run("check", conf().toString());
        assertThat(output).contains("only IMAP can grant");
    }

    @Test
    void placeOfTheImapPackageShouldBeReportedWhereTheVersionIsNotKnown() throws IOException {
        imap("", PACKAGES);
        assertOk("its logins are recorded from James 3.9 on (3.8 reads imapPackages at the root of the file)");

        imap(PACKAGES, "");
        assertOk("its logins are recorded by James 3.8 (3.9 and later read imapPackages in each <imapserver>)");
    }

    @Test
    void imapPackageInsideTheServerShouldBeWarnedOfInJames38() throws IOException {
        jamesIs(true);
        imap("", PACKAGES);

        run("check", conf().toString());
        assertThat(output)
                .contains("imapserver at 0.0.0.0:143: its logins grant nothing; add " + PACKAGES
                        + " at the root of the file, where James 3.8 reads it");
    }

    @Test
    void imapPackageAtTheRootShouldBeWarnedOfSinceJames39() throws IOException {
        jamesIs(false);
        imap(PACKAGES, "");

        run("check", conf().toString());
        assertThat(output)
                .contains("imapserver at 0.0.0.0:143: its logins grant nothing; add " + PACKAGES
                        + " in this <imapserver>, where James reads it since 3.9");
    }

    @Test
    void imapPackagesOfJamesBesideOursShouldKeepJamesFromStarting() throws IOException {
        imap(PACKAGES + "<imapPackages>org.apache.james.modules.protocols.ImapPackage$DefaultAuth</imapPackages>", "");

        assertProblem("James does not start: imapPackages names " + ImapCheck.RECORDER + " and org.apache.james.");
    }

    @Test
    void imapBehindAProxyAndSmtpNotShouldBeWarnedOf() throws IOException {
        imap(PACKAGES, "<proxyRequired>true</proxyRequired>" + PACKAGES);

        assertWarning("imapserver at 0.0.0.0:143: expects the PROXY protocol, but no SMTP server with the hook");
    }
}
