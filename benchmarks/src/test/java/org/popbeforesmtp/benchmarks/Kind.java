// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

/** The contestants, by the names that the results give them. */
public enum Kind {
    /** The product's own store for one process. */
    MEMORY,
    /** What James has in its place. */
    JAMES,
    CAFFEINE,
    /** A map that looks at no end: the least there can be. */
    MAP,
    /** The same map, of which nothing ends: what the machine itself does to a find. */
    MAP_WITHOUT_END;

    Contestant with(int room) {
        return switch (this) {
            case MEMORY -> new MemoryStore(room);
            case JAMES -> new JamesMap();
            case CAFFEINE -> new CaffeineCache();
            case MAP -> new BareMap(true);
            case MAP_WITHOUT_END -> new BareMap(false);
        };
    }
}
