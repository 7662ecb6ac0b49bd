// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.List;
import org.popbeforesmtp.check.Finding.Effect;

/** Checks that the classes named in James's files, apart from handlers, exist, and knows which of them are ours. */
final class ExtensionClasses {

    static final String DRAC = "DRAC";
    static final String WEBADMIN = "WebAdmin";

    static final String LISTENER = "org.popbeforesmtp.drac.DracListener";
    static final String STARTABLE_KEY = "guice.extension.startable";
    static final String EXTENSIONS_FILE = "extensions.properties";
    private static final String ROUTES = "org.popbeforesmtp.webadmin.GrantRoutes";
    private static final String OURS = "org.popbeforesmtp.";

    /** File, key, and the kind of class that James expects there. */
    private static final List<List<String>> LISTS = List.of(
            List.of(EXTENSIONS_FILE, "guice.extension.module", "com.google.inject.Module"),
            List.of(EXTENSIONS_FILE, STARTABLE_KEY, "org.apache.james.utils.UserDefinedStartable"),
            List.of(EXTENSIONS_FILE, "guice.extension.task", "org.apache.james.webadmin.dto.TaskExtensionModule"),
            List.of(WebAdminCheck.FILE, "extensions.routes", "org.apache.james.webadmin.Routes"),
            List.of(
                    "healthcheck.properties",
                    "additional.healthchecks",
                    "org.apache.james.core.healthcheck.HealthCheck"));

    private final JamesConfiguration james;
    private final JamesClasses classes;
    private final ImapCheck imap;
    private final Report report;

    ExtensionClasses(JamesConfiguration james, JamesClasses classes, ImapCheck imap, Report report) {
        this.james = james;
        this.classes = classes;
        this.imap = imap;
        this.report = report;
    }

    void run() {
        for (List<String> list : LISTS) {
            for (String name : named(list.get(0), list.get(1))) {
                look(list.get(0), list.get(1), name, classes.find(name, list.get(2)));
            }
        }
        for (String name : imap.packages()) {
            look(ServerKind.IMAP.file(), "imapPackages", name, classes.find(name));
        }
        new MailetCheck(james, classes, report).run();
    }

    private void look(String file, String key, String name, ClassAnswer answer) {
        if (answer == ClassAnswer.MISSING) {
            stops(file, key + " names " + name + ", and there is no such class" + UnsetVariable.hint(name));
        } else if (answer == ClassAnswer.WRONG_KIND) {
            stops(file, key + " names " + name + ", which is not the right kind of class");
        }
    }

    private void stops(String file, String reason) {
        report.problem(file, Effect.NO_START, "James does not start: " + reason);
    }

    private List<String> named(String file, String key) {
        return ConfigurationFiles.list(james.properties(file), key);
    }

    boolean namesDrac() {
        return named(EXTENSIONS_FILE, STARTABLE_KEY).contains(LISTENER);
    }

    /** Whether WebAdmin is turned on and has our routes. */
    boolean servesGrants() {
        return WebAdminCheck.isEnabled(james)
                && named(WebAdminCheck.FILE, "extensions.routes").contains(ROUTES);
    }

    /** Whether a class of ours is named in one of the properties files. */
    boolean namesOurs() {
        List<String> names = new ArrayList<>(imap.packages());
        for (List<String> list : LISTS) {
            names.addAll(named(list.get(0), list.get(1)));
        }
        return names.stream().anyMatch(name -> name.startsWith(OURS));
    }
}
