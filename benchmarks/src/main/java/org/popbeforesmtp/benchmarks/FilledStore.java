// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A contestant with that many grants, of as many addresses and users. */
@State(Scope.Benchmark)
public class FilledStore {

    @Param({"1000", "1000000", "10000000"})
    public int grants;

    @Param({Contestants.MEMORY, Contestants.JAMES, Contestants.MAP, Contestants.CAFFEINE})
    public String store = Contestants.MEMORY;

    Contestant<Object, Object> contestant = Contestants.of(Contestants.NOTHING_ENDS, 0);

    @Setup(Level.Trial)
    public void fill() {
        contestant = Contestants.of(store, grants);
        IntStream.range(0, grants)
                .parallel()
                .forEach(visitor -> contestant.record(contestant.toRecord(Visitors.login(visitor))));
        System.gc();
    }

    @TearDown(Level.Trial)
    public void close() {
        contestant.close();
    }
}
