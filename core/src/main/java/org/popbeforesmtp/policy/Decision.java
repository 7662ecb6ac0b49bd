// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.store.Grant;

/** Whether a client may relay for a sender now: on which grant, or why not; and the grants that were considered. */
public final class Decision {

    private final @Nullable Grant grant;
    private final @Nullable Reason reason;
    private final @Nullable Throwable cause;
    private final @Nullable Block block;
    private final List<Grant> seen;

    private Decision(@Nullable Grant grant, @Nullable Reason reason, @Nullable Throwable cause, List<Grant> seen) {
        this(grant, reason, cause, null, seen);
    }

    private Decision(
            @Nullable Grant grant,
            @Nullable Reason reason,
            @Nullable Throwable cause,
            @Nullable Block block,
            List<Grant> seen) {
        this.grant = grant;
        this.reason = reason;
        this.cause = cause;
        this.block = block;
        this.seen = List.copyOf(seen);
    }

    static Decision allow(Grant grant, List<Grant> seen) {
        return new Decision(grant, null, null, seen);
    }

    /** The client may not relay, whatever grants there are. */
    public static Decision refuse(Reason reason, List<Grant> seen) {
        return new Decision(null, reason, null, seen);
    }

    static Decision block(Block block, List<Grant> seen) {
        return new Decision(null, Reason.BLOCKED, null, block, seen);
    }

    /** What would be allowed if the mode were not to observe only. */
    static Decision observe(Grant grant, List<Grant> seen) {
        return new Decision(grant, Reason.OBSERVED, null, seen);
    }

    /** It cannot be decided, because something failed. */
    public static Decision cannotTell(Throwable cause, List<Grant> seen) {
        return new Decision(null, Reason.UNKNOWN, cause, seen);
    }

    public boolean isAllowed() {
        return grant != null && reason == null;
    }

    /** The grant that the client relays on, if it may. */
    public Optional<Grant> grant() {
        return isAllowed() ? Optional.ofNullable(grant) : Optional.empty();
    }

    /** The grant that the client would relay on, if the reason is {@link Reason#OBSERVED}. */
    public Optional<Grant> observed() {
        return isAllowed() ? Optional.empty() : Optional.ofNullable(grant);
    }

    /** Why the client may not relay, if it may not. */
    public Optional<Reason> reason() {
        return Optional.ofNullable(reason);
    }

    /** What kept the store or the mail server from answering, if the reason is {@link Reason#UNKNOWN}. */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(cause);
    }

    /** The block that decided, if the reason is {@link Reason#BLOCKED}. */
    public Optional<Block> block() {
        return Optional.ofNullable(block);
    }

    /** The active grants of the client's address, whatever became of them. */
    public List<Grant> seen() {
        return seen;
    }
}
