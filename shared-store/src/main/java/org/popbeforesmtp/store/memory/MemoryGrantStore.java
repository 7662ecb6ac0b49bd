// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.runtime.PeriodicTask;

/** Keeps the grants in the memory of this process, for one James that holds both POP3 and SMTP; a restart forgets them. */
public final class MemoryGrantStore extends TableStore {

    private final PeriodicTask sweeper;

    /**
     * An empty store.
     *
     * @param maxGrants how many grants it holds at most; the ones that end soonest make room
     */
    public MemoryGrantStore(Clock clock, long maxGrants) {
        super(clock, maxGrants, address -> {});
        this.sweeper =
                PeriodicTask.every(100, TimeUnit.MILLISECONDS, "pop-before-smtp-sweeper", () -> table().sweep(now()));
    }

    @Override
    public void close() {
        if (closeOnce()) {
            sweeper.close();
        }
    }
}
