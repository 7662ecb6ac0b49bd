// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some servers of James have no POP3 or no IMAP classes at all, such as one that only sends mail. */
class SmtpOnlyIT {

    /** In the place of the module that sets it up, so that the one complete James there is can start without it. */
    private static Path withoutModule(Path directory, String module) throws IOException {
        Path source = Files.writeString(
                directory.resolve(module + ".java"),
                "package org.apache.james.modules.protocols; public class " + module
                        + " extends com.google.inject.AbstractModule {}");
        JamesUnderTest.configured().compile(source, directory);
        return directory;
    }

    private static List<Path> classPathWithout(Path directory, String jars, String module) throws IOException {
        List<Path> all = JamesUnderTest.configured().classPath();
        List<Path> classPath = all.stream()
                .filter(jar -> !jar.getFileName().toString().matches(jars))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(classPath).hasSizeLessThanOrEqualTo(all.size() - 2);
        classPath.add(withoutModule(directory, module));
        return classPath;
    }

    @Test
    void shouldWorkInAJamesThatHasNoPop3Classes(@TempDir Path directory) throws IOException {
        List<Path> classPath = classPathWithout(directory, ".*(protocols|guice)-pop.*", "POP3ServerModule");
        try (MailSite site = MailSite.start(
                "smtp-only", settings -> settings.classPath(classPath).without("pop3server.xml"))) {
            String client = newClient();
            assertThat(site.relay(client, ALICE).toString()).startsWith("530 5.7.1 Relaying denied for " + client);
            try (SmtpClient smtp = site.james().smtp(client)) {
                assertThat(smtp.send(STRANGER, BOB, newSubject()).code()).isEqualTo(250);
                smtp.startTls();
                smtp.authenticate(ALICE, PASSWORD);
                assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
            }
        }
    }

    @Test
    void shouldWorkInAJamesThatHasNoImapClasses(@TempDir Path directory) throws IOException {
        List<Path> classPath = classPathWithout(directory, ".*(protocols|guice)-imap.*", "IMAPServerModule");
        try (MailSite site = MailSite.start(
                "no-imap", settings -> settings.classPath(classPath).without("imapserver.xml"))) {
            String client = newClient();
            site.checkMail(client, ALICE);
            site.assertRelays(client, ALICE);
        }
    }
}
