// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;
import java.util.TreeMap;
import org.popbeforesmtp.config.ConfigurationChanges;

/** What a reload of the configuration has changed, in JSON. */
final class Reloaded {

    private final ConfigurationChanges changes;

    Reloaded(ConfigurationChanges changes) {
        this.changes = changes;
    }

    /** By key; empty if nothing has changed. */
    public Map<String, ChangeView> getChanged() {
        Map<String, ChangeView> views = new TreeMap<>();
        changes.byKey().forEach((key, change) -> views.put(key, new ChangeView(change)));
        return views;
    }

    /** Empty texts for a key without a value, stars for a secret. */
    @JsonPropertyOrder({"from", "to"})
    static final class ChangeView {

        private final ConfigurationChanges.Change change;

        ChangeView(ConfigurationChanges.Change change) {
            this.change = change;
        }

        public String getFrom() {
            return change.from();
        }

        public String getTo() {
            return change.to();
        }
    }
}
