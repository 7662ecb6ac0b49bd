// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.policy.SenderRule;

/** Checks that the DRAC listener is both named and turned on, and what its grants can allow. */
final class DracCheck {

    private static final String FILE = ExtensionClasses.EXTENSIONS_FILE;

    private final ExtensionClasses extensions;
    private final Report report;

    DracCheck(ExtensionClasses extensions, Report report) {
        this.extensions = extensions;
        this.report = report;
    }

    void run(PopBeforeSmtpConfiguration configuration) {
        boolean enabled = configuration.drac().enabled();
        boolean named = extensions.namesDrac();
        if (enabled && !named) {
            report.problem(
                    FILE,
                    Effect.NONE,
                    "drac.enabled is true but nothing listens; add " + ExtensionClasses.STARTABLE_KEY + "="
                            + ExtensionClasses.LISTENER);
        } else if (named && !enabled) {
            report.warning(FILE, "names " + ExtensionClasses.LISTENER + ", which does nothing: drac.enabled is false");
        } else if (enabled) {
            report.ok(FILE, "the DRAC listener is named and enabled");
            grants(configuration);
        }
    }

    private void grants(PopBeforeSmtpConfiguration configuration) {
        if (configuration.policy().sender() == SenderRule.LOGIN) {
            report.warning(FILE, "grants from DRAC name no user, so with sender=login they allow nothing");
        } else if (!configuration.drac().address().getAddress().isLoopbackAddress()
                && !AuthorizedAddresses.parse(configuration.drac().allow().toString())
                        .open()
                        .isEmpty()) {
            report.problem(
                    CheckCommand.FILE,
                    Effect.OPEN_RELAY,
                    "drac.allow lets strangers grant, and their grants let anybody relay: name your POP3 servers only");
        }
        if (configuration.policy().requireTls()) {
            report.warning(FILE, "with login.requireTls=true grants from DRAC allow nothing");
        }
    }
}
