// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.popbeforesmtp.check.Finding.Effect;

/** Looks whether James finds the mailets and matchers of {@code mailetcontainer.xml}. */
final class MailetCheck {

    private static final String FILE = "mailetcontainer.xml";
    private static final String OURS = "org.popbeforesmtp.";
    private static final Pattern CONDITION = Pattern.compile("=.*", Pattern.DOTALL);

    private final JamesConfiguration james;
    private final JamesClasses classes;
    private final Report report;
    private final Set<String> told = new TreeSet<>();

    MailetCheck(JamesConfiguration james, JamesClasses classes, Report report) {
        this.james = james;
        this.classes = classes;
        this.report = report;
    }

    void run() {
        james.xml(FILE).ifPresent(root -> {
            try {
                List<HierarchicalConfiguration<ImmutableNode>> processors =
                        root.configurationsAt("processors.processor");
                processors.forEach(this::processor);
                states(processors);
                threads(root);
            } catch (ConfigurationRuntimeException e) {
                report.warning(FILE, CausedBy.message(e));
            }
        });
    }

    private void processor(HierarchicalConfiguration<ImmutableNode> processor) {
        Set<String> named = new TreeSet<>();
        for (HierarchicalConfiguration<ImmutableNode> matcher : processor.configurationsAt("matcher")) {
            named.add(matcher.getString("[@name]", ""));
            matcher(matcher, Set.of());
        }
        for (HierarchicalConfiguration<ImmutableNode> mailet : processor.configurationsAt("mailet")) {
            look("a mailet", "mailets", mailet.getString("[@class]", ""));
            matcher(mailet, named);
        }
    }

    private void states(List<HierarchicalConfiguration<ImmutableNode>> processors) {
        Set<String> states = processors.stream()
                .map(processor -> processor.getString("[@state]", ""))
                .collect(Collectors.toSet());
        for (String needed : List.of("root", "error")) {
            if (!states.contains(needed)) {
                stops("there is no processor " + needed);
            }
        }
        processors.stream()
                .flatMap(processor -> processor.configurationsAt("mailet").stream())
                .filter(mailet -> mailet.getString("[@class]", "").matches("(.*\\.)?ToProcessor"))
                .map(mailet -> mailet.getString("processor", ""))
                .filter(state -> !state.equals("ghost") && !states.contains(state))
                .forEach(state -> stops("ToProcessor names '" + state + "', and there is no such processor"));
    }

    private void threads(HierarchicalConfiguration<ImmutableNode> root) {
        String threads = root.getString("spooler.threads", "0");
        if (!threads.matches("\\d{1,9}")) {
            stops("<threads> of the <spooler> must be a whole number, it is '" + threads + "'"
                    + UnsetVariable.hint(threads));
        }
    }

    /** What selects mail, in a mailet or in a matcher that is made of others. */
    private void matcher(HierarchicalConfiguration<ImmutableNode> element, Set<String> named) {
        String match = element.getString("[@match]", "");
        String notMatch = element.getString("[@notmatch]", "");
        if (!match.isEmpty() && !notMatch.isEmpty()) {
            stops("match=\"" + match + "\" and notmatch=\"" + notMatch + "\" stand in one element; keep one");
        }
        for (String condition : new String[] {match, notMatch}) {
            if (!condition.isEmpty() && !named.contains(condition)) {
                look("a matcher", "matchers", CONDITION.matcher(condition).replaceFirst(""));
            }
        }
        element.configurationsAt("matcher").forEach(inner -> matcher(inner, named));
    }

    /** James looks for a class in a package of its own too. */
    private void look(String what, String where, String name) {
        boolean isOurs = name.startsWith(OURS);
        if (!isOurs && !classes.isComplete()) {
            return;
        }
        if (classes.find(name) == ClassAnswer.MISSING
                && (isOurs
                        || classes.find("org.apache.james.transport." + where + "." + name) == ClassAnswer.MISSING)) {
            stops(what + " names '" + name + "', and there is no such class" + UnsetVariable.hint(name));
        }
    }

    private void stops(String reason) {
        if (told.add(reason)) {
            report.problem(FILE, Effect.NO_START, "James does not start: " + reason);
        }
    }
}
