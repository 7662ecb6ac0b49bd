// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.popbeforesmtp.check.Finding.Effect;

/** Looks for the jar where James will look for it. */
final class JarCheck {

    private static final String OURS = "org/popbeforesmtp/smtp/RelayGrantHook.class";
    private static final String SUBJECT = "extensions-jars";

    private final Installation installation;
    private final Report report;
    private final List<Path> jars;

    JarCheck(Installation installation, Report report) {
        this.installation = installation;
        this.report = report;
        this.jars = installation.extensions().stream().filter(JarCheck::isOurs).collect(Collectors.toList());
    }

    /** Whether James will find the jar at all. */
    boolean isThere() {
        return !jars.isEmpty();
    }

    /**
     * Looks.
     *
     * @param inUse whether any file names a class of the jar, without which James does not start
     */
    void run(boolean inUse) {
        if (jars.isEmpty()) {
            report.problem(
                    SUBJECT,
                    inUse ? Effect.NO_START : Effect.NO_GRANT,
                    "no jar of POP before SMTP is in " + installation.extensionsDirectory()
                            + ", where James looks for it" + (inUse ? ": James does not start" : "")
                            + "; copy it there (--james names another directory of James)");
        } else if (jars.size() > 1) {
            report.problem(
                    SUBJECT,
                    Effect.NONE,
                    "several jars of POP before SMTP are there, and James takes classes from any of them; keep one: "
                            + jars.stream().map(Path::toString).collect(Collectors.joining(", ")));
        } else {
            version(jars.get(0));
        }
    }

    private void version(Path jar) {
        Optional<String> checking =
                Optional.ofNullable(JarCheck.class.getPackage().getImplementationVersion());
        Optional<String> there = versionOf(jar);
        if (checking.isPresent() && there.isPresent() && !checking.equals(there)) {
            report.warning(
                    SUBJECT,
                    jar + " is version " + there.get() + ", and this check is that of " + checking.get()
                            + "; run the check of the jar that James loads");
        } else {
            report.ok(SUBJECT, jar + " is there");
        }
    }

    private static Optional<String> versionOf(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return Optional.ofNullable(file.getManifest())
                    .map(manifest -> manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isOurs(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.getEntry(OURS) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
