// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The differences of two configurations, key by key, as they may be shown: secrets are hidden. A key that is not set
 * has its default.
 */
public final class ConfigurationChanges {

    private final SortedMap<String, Change> byKey;

    private ConfigurationChanges(SortedMap<String, Change> byKey) {
        this.byKey = Collections.unmodifiableSortedMap(byKey);
    }

    static ConfigurationChanges between(Map<String, String> before, Map<String, String> after) {
        SortedMap<String, Change> changes = new TreeMap<>();
        before.forEach((key, from) -> {
            String to = after.getOrDefault(key, "");
            if (!from.equals(to)) {
                changes.put(key, new Change(shown(key, from), shown(key, to)));
            }
        });
        return new ConfigurationChanges(changes);
    }

    /** A value as it may be shown; that there is none is no secret. */
    static String shown(String key, String value) {
        return value.isEmpty() ? value : ShownValue.of(key, value);
    }

    public boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** By key; empty if nothing has changed. */
    public SortedMap<String, Change> byKey() {
        return byKey;
    }

    /** One line: {@code lifetime: '15m' -> '20m', mode: 'relay' -> 'observe'}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        byKey.forEach((key, change) -> text.append(text.length() == 0 ? "" : ", ")
                .append(key)
                .append(": '")
                .append(change.from)
                .append("' -> '")
                .append(change.to)
                .append('\''));
        return text.toString();
    }

    /** What a key was and what it is; empty if it has no value. */
    public static final class Change {

        private final String from;
        private final String to;

        private Change(String from, String to) {
            this.from = from;
            this.to = to;
        }

        public String from() {
            return from;
        }

        public String to() {
            return to;
        }
    }
}
