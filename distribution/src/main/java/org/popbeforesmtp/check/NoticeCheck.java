// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.mail.NoticeSettings;

/** Checks that the configured notices to users can be made. */
final class NoticeCheck {

    static final String MAILET = "org.popbeforesmtp.mail.RetirementNotice";
    private static final String FILE = "mailetcontainer.xml";

    private final Installation installation;
    private final JamesConfiguration james;
    private final Report report;

    NoticeCheck(Installation installation, JamesConfiguration james, Report report) {
        this.installation = installation;
        this.james = james;
        this.report = report;
    }

    void run() {
        try {
            james.xml(FILE)
                    .ifPresent(root -> root.configurationsAt("processors.processor.mailet").stream()
                            .filter(mailet -> mailet.getString("[@class]", "").equals(MAILET))
                            .forEach(this::look));
        } catch (ConfigurationRuntimeException e) {
            report.warning(FILE, CausedBy.message(e));
        }
    }

    private void look(HierarchicalConfiguration<ImmutableNode> mailet) {
        Map<String, String> parameters = new TreeMap<>();
        for (Iterator<String> keys = mailet.getKeys(); keys.hasNext(); ) {
            String key = keys.next();
            if (!key.startsWith("[@") && !key.isEmpty()) {
                parameters.put(key, mailet.getString(key, ""));
            }
        }
        try {
            NoticeSettings settings = NoticeSettings.read(
                    parameters, url -> installation.file(url).toFile());
            report.ok(
                    FILE,
                    settings.isDryRun()
                            ? "the log tells which users would get a notice"
                            : "users whose mail is relayed on a grant get a notice");
        } catch (IllegalArgumentException e) {
            report.problem(FILE, Effect.NO_START, "James does not start: " + e.getMessage());
        }
    }
}
