// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Times what one thread does, for a while. */
final class Stopwatch {

    private final long endNanos;
    private final List<Long> nanos = new ArrayList<>();

    private Stopwatch(long endNanos) {
        this.endNanos = endNanos;
    }

    static Stopwatch runningFor(Duration duration) {
        return new Stopwatch(System.nanoTime() + duration.toNanos());
    }

    boolean goesOn() {
        return System.nanoTime() < endNanos;
    }

    void time(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        nanos.add(System.nanoTime() - begin);
    }

    List<Long> nanos() {
        return nanos;
    }
}
