// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.popbeforesmtp.store.StoreLimits;

/** Keeps the grants in the memory of this process, for one James that holds both POP3 and SMTP; a restart forgets them. */
public final class MemoryGrantStore extends TableStore {

    private final PeriodicTask sweeper;

    /** An empty store. */
    public MemoryGrantStore(Clock clock, StoreLimits limits) {
        super(clock, limits, address -> {});
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
