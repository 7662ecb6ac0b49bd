// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;

/**
 * Something that can keep grants, as the benchmarks see it. What is asked for and what is recorded has the contestant's
 * own type and is made beforehand, so that only the contestant's work is measured.
 *
 * @param <A> what it is asked for
 * @param <R> what it records
 */
interface Contestant<A, R> extends AutoCloseable {

    Lifetime LIFETIME = Lifetime.of(Duration.ofMinutes(15));

    A toAsk(Login login);

    R toRecord(Login login);

    void record(R login);

    /** What it answers to an address; null, an empty list or false if it knows of no grant. */
    @Nullable
    Object find(A address);

    /** Lets every grant end now, and does or awaits the work that this makes; called on a thread of its own. */
    void endAll() throws InterruptedException;

    /** How many grants it holds, also ended ones that still take up memory. */
    long size();

    @Override
    void close();
}
