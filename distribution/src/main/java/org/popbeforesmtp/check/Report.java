// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.check.Finding.Level;

/** What a check has found, and what follows from it. */
final class Report {

    private final List<Finding> findings = new ArrayList<>();
    private final SortedMap<String, String> settings = new TreeMap<>();

    /** Something that is as it should be, shown only in verbose mode. */
    void detail(String subject, String text) {
        add(subject, Level.DETAIL, Effect.NONE, text);
    }

    void ok(String subject, String text) {
        add(subject, Level.OK, Effect.NONE, text);
    }

    void warning(String subject, String text) {
        add(subject, Level.WARNING, Effect.NONE, text);
    }

    void problem(String subject, Effect effect, String text) {
        add(subject, Level.PROBLEM, effect, text);
    }

    private void add(String subject, Level level, Effect effect, String text) {
        findings.add(new Finding(subject, level, effect, text));
    }

    /** Notes the settings in force, secrets hidden. */
    void settings(SortedMap<String, String> inForce) {
        settings.putAll(inForce);
    }

    List<Finding> findings() {
        return Collections.unmodifiableList(findings);
    }

    SortedMap<String, String> settings() {
        return Collections.unmodifiableSortedMap(settings);
    }

    long count(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private boolean has(Effect effect) {
        return findings.stream().anyMatch(finding -> finding.effect() == effect);
    }

    /** Whether James will start, as far as could be seen. */
    boolean starts() {
        return !has(Effect.NO_START);
    }

    /** Whether strangers may relay. */
    boolean isOpenRelay() {
        return has(Effect.OPEN_RELAY);
    }

    /** Whether some client can be granted the right to relay. */
    boolean canGrant() {
        return starts() && !has(Effect.NO_GRANT);
    }
}
