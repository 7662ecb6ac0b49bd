// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.james.server.core.configuration.Configuration;
import org.apache.james.server.core.filesystem.FileSystemImpl;
import org.apache.james.utils.PropertiesProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.policy.Reason;

/** The file, read by James's own reader. */
class ConfigurationFileTest {

    @TempDir
    Path directory;

    @BeforeEach
    void conf() throws Exception {
        Files.createDirectories(directory.resolve("conf"));
    }

    @Test
    void aMissingFileShouldHoldNothing() {
        assertThat(read()).isEmpty();
    }

    @Test
    void aMissingFileShouldHoldNothingEvenIfJamesWantsAllFiles() {
        System.setProperty("james.fail.on.missing.configuration", "true");
        try {
            assertThat(read()).isEmpty();
        } finally {
            System.clearProperty("james.fail.on.missing.configuration");
        }
    }

    @Test
    void aByteOrderMarkShouldBeAProblem() throws Exception {
        Files.write(
                directory.resolve("conf/pop-before-smtp.properties"),
                "\uFEFF# a comment\nlifetime=20m\n".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> PopBeforeSmtpConfiguration.of(read()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("begins with a byte order mark");
    }

    @Test
    void eachKeyShouldBeReadAsItWasWritten() throws Exception {
        write(
                "# a comment",
                "lifetime = 20m",
                "networks.only=192.0.2.0/24, 2001:db8::/32",
                "sender: any",
                "file.path=");

        assertThat(read())
                .isEqualTo(Map.of(
                        "lifetime", "20m",
                        "networks.only", "192.0.2.0/24,2001:db8::/32",
                        "sender", "any",
                        "file.path", ""));
    }

    @Test
    void aSentenceShouldKeepItsBlanks() throws Exception {
        String sentence = "Relaying denied for {address}: check your mail first, then send, within {lifetime}";
        write("refusal.message=" + sentence);

        assertThat(PopBeforeSmtpConfiguration.of(read())
                        .refusalTexts()
                        .of(Reason.NO_GRANT, ClientAddress.parse("192.0.2.1")))
                .isEqualTo("Relaying denied for 192.0.2.1: check your mail first, then send, within 15 minutes");
    }

    @Test
    void aSystemPropertyShouldBeFilledIn() throws Exception {
        System.setProperty("popbeforesmtp.test.lifetime", "7m");
        try {
            write("lifetime=${sys:popbeforesmtp.test.lifetime}");
            assertThat(read()).isEqualTo(Map.of("lifetime", "7m"));
        } finally {
            System.clearProperty("popbeforesmtp.test.lifetime");
        }
    }

    @Test
    void aKeyThatIsGivenTwiceShouldBeOneProblemWhateverItsFormIs() throws Exception {
        write(
                "lifetime=20m",
                "networks.excluded=192.0.2.0/24",
                "sender=login, any",
                "# more networks",
                "networks.excluded=198.51.100.0/24",
                "refusal.message=Check your mail, then send",
                "lifetime=20m",
                "refusal.message=Check your mail",
                "networks.only=::/0, 0.0.0.0/0");

        assertThatThrownBy(() -> file().read())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage("pop-before-smtp.properties has 4 problems:"
                        + "\n  lifetime was '20m,20m' but it must not be given twice"
                        + "\n  sender was 'login,any' but it must be one of login, local, any"
                        + "\n  networks.excluded was '192.0.2.0/24,198.51.100.0/24' but it must not be given twice"
                        + "\n  refusal.message was 'Check your mail,then send,Check your mail' but it must not be given"
                        + " twice");
    }

    @Test
    void aKeyThatAnIncludedFileGivesTooShouldBeAProblem() throws Exception {
        write("lifetime=20m", "include=more.properties");
        Files.writeString(directory.resolve("conf/more.properties"), "lifetime=30m\n");

        assertThatThrownBy(() -> file().read())
                .hasMessageContaining("lifetime was '20m,30m' but it must not be given twice");
    }

    @Test
    void garbageShouldBeAProblemThatSaysWhichFile() throws Exception {
        write("lifetime=\\u00zz");

        assertThatThrownBy(() -> PopBeforeSmtpConfiguration.of(read()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("pop-before-smtp.properties");
    }

    @Test
    void bytesThatAreNoTextShouldBeAProblem() throws Exception {
        byte[] bytes = new byte[4096];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        Files.write(path(), bytes);

        assertThatThrownBy(() -> PopBeforeSmtpConfiguration.of(read()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("pop-before-smtp.properties");
    }

    private Map<String, String> read() {
        return file().entries("pop-before-smtp");
    }

    private ConfigurationFile file() {
        Configuration.Basic configuration = Configuration.builder()
                .workingDirectory(directory.toFile())
                .configurationPath(new Configuration.ConfigurationPath("file://conf/"))
                .build();
        FileSystemImpl fileSystem = new FileSystemImpl(configuration.directories());
        return new ConfigurationFile(
                new PropertiesProvider(fileSystem, configuration.configurationPath()),
                fileSystem,
                configuration.configurationPath());
    }

    private void write(String... lines) throws Exception {
        Files.writeString(path(), String.join("\n", lines) + "\n", StandardCharsets.ISO_8859_1);
    }

    private Path path() {
        return directory.resolve("conf/pop-before-smtp.properties");
    }
}
