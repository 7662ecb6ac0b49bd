// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Knows whether anything in this James can grant. James's own samples have POP3 turned off, and then every client is
 * refused without a hint. So if there is a hook that uses grants but nothing that makes any, this logs one warning,
 * some time after the start, because James creates its parts in an order of its own.
 */
public final class GrantSources {

    private static final Duration DELAY = Duration.ofSeconds(20);

    private final Clock clock;
    private final boolean otherNodesGrant;
    private boolean isThere;
    private @Nullable Instant judgedAt;
    private boolean isJudged;

    /**
     * Without any source yet.
     *
     * @param otherNodesGrant whether grants come from other nodes too
     */
    GrantSources(Clock clock, boolean otherNodesGrant) {
        this.clock = clock;
        this.otherNodesGrant = otherNodesGrant;
    }

    /** To be called by each part that grants, such as the POP3 handler. */
    public synchronized void add() {
        isThere = true;
    }

    /** To be called by each part that lets clients relay on grants. */
    public synchronized void addUse() {
        if (judgedAt == null) {
            judgedAt = clock.instant().plus(DELAY);
        }
    }

    /** To be called regularly: warns once if it is time and there is no source. */
    synchronized void judge(Logger log) {
        if (isJudged || judgedAt == null || clock.instant().isBefore(judgedAt)) {
            return;
        }
        isJudged = true;
        if (!isThere && !otherNodesGrant) {
            log.warn("Nothing in this James can grant relaying: the SMTP hook is there, but no POP3 server with"
                    + " Pop3LoginRecorder is turned on, and neither IMAP, DRAC nor WebAdmin grants. Every client will be"
                    + " refused. Set enabled=\"true\" in pop3server.xml, and run the command check");
        }
    }
}
