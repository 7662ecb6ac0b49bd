// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some servers of James have no POP3 classes at all, such as one that only sends mail. */
class SmtpOnlyIT {

    /** In the place of the module that sets POP3 up, so that the one complete James there is can start without POP3. */
    private static final String WITHOUT_POP3 = "package org.apache.james.modules.protocols;"
            + "public class POP3ServerModule extends com.google.inject.AbstractModule {}";

    private static List<Path> classPathWithoutPop3(Path directory) throws IOException {
        List<Path> classPath = JamesUnderTest.configured().classPath().stream()
                .filter(jar -> !jar.getFileName().toString().matches(".*(protocols|guice)-pop.*"))
                .collect(Collectors.toCollection(ArrayList::new));
        assertThat(classPath)
                .hasSizeLessThanOrEqualTo(
                        JamesUnderTest.configured().classPath().size() - 3);
        Path source = Files.writeString(directory.resolve("POP3ServerModule.java"), WITHOUT_POP3);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-d",
                        directory.toString(),
                        "-cp",
                        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                        source.toString());
        assertThat(status).isZero();
        classPath.add(directory);
        return classPath;
    }

    @Test
    void shouldWorkInAJamesThatHasNoPop3Classes(@TempDir Path directory) throws IOException {
        List<Path> classPath = classPathWithoutPop3(directory);
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
}
