// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What one node has counted since its last batch. A batch that may or may not have been added can be added again: a store
 * knows it by its node and number, and counts it once.
 */
public final class UsageBatch {

    private final String node;
    private final long number;
    private final Map<UserDay, Usage> usage;
    private final Map<String, Instant> authentications;

    private UsageBatch(String node, long number, Map<UserDay, Usage> usage, Map<String, Instant> authentications) {
        this.node = node;
        this.number = number;
        this.usage = Map.copyOf(usage);
        this.authentications = Map.copyOf(authentications);
    }

    /**
     * A batch.
     *
     * @param node a name that no other run of any node has, of letters and digits
     * @param number greater than that of every batch of this node before it
     * @param authentications when each user used SMTP AUTH the last time
     */
    public static UsageBatch of(
            String node, long number, Map<UserDay, Usage> usage, Map<String, Instant> authentications) {
        return new UsageBatch(node, number, usage, authentications);
    }

    /** The same batch without anything of a user. */
    public UsageBatch without(String user) {
        Map<UserDay, Usage> others = new HashMap<>(usage);
        others.keySet().removeIf(userDay -> userDay.user().equals(user));
        Map<String, Instant> othersAuthentications = new HashMap<>(authentications);
        othersAuthentications.remove(user);
        return of(node, number, others, othersAuthentications);
    }

    public String node() {
        return node;
    }

    public long number() {
        return number;
    }

    public Map<UserDay, Usage> usage() {
        return usage;
    }

    public Map<String, Instant> authentications() {
        return authentications;
    }

    public boolean isEmpty() {
        return usage.isEmpty() && authentications.isEmpty();
    }
}
