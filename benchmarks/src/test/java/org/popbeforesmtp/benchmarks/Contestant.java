// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Lifetime;

/** Something that can keep grants, as the benchmarks see it. */
interface Contestant extends AutoCloseable {

    Lifetime LIFETIME = Lifetime.of(Duration.ofMinutes(15));

    void record(Visitor visitor);

    /** What it answers; null, an empty list or false if it knows of no grant. */
    @Nullable
    Object find(Visitor visitor);

    /** Lets every grant end now, and does or awaits the work that this makes. */
    void endAll() throws InterruptedException;

    @Override
    void close();
}
