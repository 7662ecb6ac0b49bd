// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

/** How a store is doing: a state with its cause, and figures for the operator. */
public final class StoreStatus {

    public enum State {
        /** Everything works. */
        AVAILABLE,
        /** It works with a limitation, such as grants making room for others or a node on its own. */
        DEGRADED,
        /** It cannot answer. */
        UNAVAILABLE
    }

    private final State state;
    private final String cause;
    private final long grants;
    private final long evictions;
    private final long failures;

    private StoreStatus(State state, String cause, long grants, long evictions, long failures) {
        this.state = state;
        this.cause = cause;
        this.grants = grants;
        this.evictions = evictions;
        this.failures = failures;
    }

    /**
     * A status.
     *
     * @param cause why it is not available, for people; empty if it is
     * @param grants how many active grants the store holds, perhaps some seconds ago
     * @param evictions how many grants had to make room for others since the start
     * @param failures how many calls the store could not answer since the start
     */
    public static StoreStatus of(State state, String cause, long grants, long evictions, long failures) {
        return new StoreStatus(state, cause, grants, evictions, failures);
    }

    public State state() {
        return state;
    }

    public String cause() {
        return cause;
    }

    public long grants() {
        return grants;
    }

    public long evictions() {
        return evictions;
    }

    public long failures() {
        return failures;
    }

    @Override
    public String toString() {
        return state + (cause.isEmpty() ? "" : " (" + cause + ")") + ", " + grants + " grants, " + evictions
                + " evictions, " + failures + " failures";
    }
}
