// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that an operator runs before a restart, from the very jar, with nothing else on the class path. */
class CheckIT {

    @TempDir
    private Path james;

    @BeforeEach
    void theSamples() throws IOException {
        Files.createDirectory(conf());
        Files.createDirectory(james.resolve("extensions-jars"));
        Files.copy(Build.extensionJar(), james.resolve("extensions-jars/james-pop-before-smtp.jar"));
        Files.copy(Keystore.file(), conf().resolve("keystore"));
        for (String file : List.of("pop3server.xml", "smtpserver.xml", "pop-before-smtp.properties")) {
            Files.writeString(
                    conf().resolve(file),
                    Files.readString(Build.sampleConfiguration().resolve(file))
                            .replace("the-secret-of-your-keystore", Keystore.SECRET));
        }
    }

    private Path conf() {
        return james.resolve("conf");
    }

    private Program.Outcome checkWith(String... lines) throws IOException {
        Files.write(conf().resolve("pop-before-smtp.properties"), List.of(lines));
        return ExtensionCommand.run("check", conf().toString());
    }

    @Test
    void theSamplesShouldPass() {
        Program.Outcome outcome = ExtensionCommand.run("check", conf().toString());

        assertThat(outcome.output())
                .contains("ok       pop3server at 0.0.0.0:110: its logins are recorded", "0 problems, 0 warnings.")
                .contains("settings in force", "  lifetime=15m")
                .doesNotContain("SLF4J");
        outcome.assertSucceeded();
        assertThat(james.resolve("var")).doesNotExist();
    }

    /** James's own reader of its files is taken where it is found, and the classes in them are looked for. */
    @Test
    void jamessOwnJarsShouldBeUsed() throws IOException {
        Path lib = Files.createDirectories(james.resolve("james.lib"));
        for (Path jar : JamesUnderTest.configured().classPath()) {
            Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
        }

        Program.Outcome outcome = ExtensionCommand.run("check", "--james=" + james, conf().toString());

        assertThat(outcome.output()).contains("0 problems, 0 warnings.").doesNotContain("not checked");
        assertThat(ExtensionCommand.run("check", "--format=json", conf().toString())
                        .output())
                .startsWith("{")
                .contains("\"canGrant\": true");
    }

    /** Nothing but the report is printed, not even what the XML parser would print on its own. */
    @Test
    void aBrokenFileShouldBeInTheReport() throws IOException {
        Files.writeString(conf().resolve("smtpserver.xml"), "<smtpservers>");

        assertThat(ExtensionCommand.run("check", "--format=json", conf().toString())
                        .output())
                .startsWith("{")
                .contains("\"starts\": false");
    }

    @Test
    void problemsShouldBeNamed() throws IOException {
        Program.Outcome outcome = checkWith("lifetime=15", "sendr=any");

        assertThat(outcome.output())
                .contains("problem  lifetime was '15' but it must", "did you mean sender?", "2 problems, ");
        assertThat(outcome.status()).isEqualTo(1);
    }

    /** The library for Redis is in the jar, under another name. */
    @Test
    void redisShouldBeTried() throws IOException {
        Program.Outcome outcome = checkWith("store=redis", "redis.url=redis://:hush@127.0.0.1:" + Ports.free());

        assertThat(outcome.output())
                .contains("problem  redis: ")
                .doesNotContain("hush")
                .doesNotContain("\tat ");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void wrongUseShouldBeToldApart() {
        assertThat(ExtensionCommand.run())
                .satisfies(outcome -> assertThat(outcome.status()).isEqualTo(2));
        assertThat(ExtensionCommand.run("check", james.resolve("nowhere").toString()))
                .satisfies(outcome -> {
                    assertThat(outcome.status()).isEqualTo(2);
                    assertThat(outcome.output()).contains("is not a directory");
                });
        assertThat(ExtensionCommand.run("--version").output()).matches("\\d+\\.\\d+\\S*\\s*");
    }
}
