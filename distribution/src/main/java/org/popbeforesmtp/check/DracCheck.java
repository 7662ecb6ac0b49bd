// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.policy.SenderRule;

/** Looks whether the DRAC listener is both named and turned on, and whether its grants can allow anything. */
final class DracCheck {

    static final String LISTENER = "org.popbeforesmtp.drac.DracListener";
    static final String FILE = "extensions.properties";
    private static final String KEY = "guice.extension.startable";

    private final Path conf;
    private final Report report;

    DracCheck(Path conf, Report report) {
        this.conf = conf;
        this.report = report;
    }

    void run(PopBeforeSmtpConfiguration configuration) {
        try {
            boolean enabled = configuration.drac().enabled();
            boolean named = isNamed();
            if (enabled && !named) {
                report.problem(FILE, "drac.enabled is true but nothing listens; add " + KEY + "=" + LISTENER);
            } else if (named && !enabled) {
                report.warning(FILE, "names " + LISTENER + ", which does nothing: drac.enabled is false");
            } else if (enabled) {
                report.ok(FILE, "the DRAC listener is named and enabled");
                grants(configuration);
            }
        } catch (IOException | IllegalArgumentException e) {
            report.problem(FILE, "cannot be read: " + e.getMessage());
        }
    }

    private boolean isNamed() throws IOException {
        String startables = PropertiesFile.read(conf.resolve(FILE)).getOrDefault(KEY, "");
        return Arrays.stream(startables.split(",", -1))
                .anyMatch(name -> name.trim().equals(LISTENER));
    }

    private void grants(PopBeforeSmtpConfiguration configuration) {
        if (configuration.policy().sender() == SenderRule.LOGIN) {
            report.warning(FILE, "grants from DRAC name no user, so with sender=login they allow nothing");
        }
        if (configuration.policy().requireTls()) {
            report.warning(FILE, "with login.requireTls=true grants from DRAC allow nothing");
        }
    }
}
