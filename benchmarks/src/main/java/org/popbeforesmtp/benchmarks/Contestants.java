// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

/** The contestants by the names that the tables give them. */
final class Contestants {

    static final String MEMORY = "memory";
    static final String JAMES = "james";
    static final String MAP = "map";
    static final String CAFFEINE = "caffeine";

    /** The same map, which looks at the clock and at the end of what it finds: the least that is exact. */
    static final String DATED_MAP = "dated map";

    /** The practical limit of an answer that is exact, in a table that could not be used. */
    static final String PRIMITIVES = "primitives";

    /** The map of which no grant ends: what the machine itself does to a find. */
    static final String NOTHING_ENDS = "nothing ends";

    private Contestants() {}

    /** A contestant with room for so many grants, if it has a bound. */
    @SuppressWarnings("unchecked")
    static Contestant<Object, Object> of(String name, int room) {
        return (Contestant<Object, Object>) create(name, room);
    }

    private static Contestant<?, ?> create(String name, int room) {
        switch (name) {
            case MEMORY:
                return new MemoryStore(room);
            case JAMES:
                return new JamesMap();
            case MAP:
                return new BareMap(true);
            case DATED_MAP:
                return new DatedMap();
            case PRIMITIVES:
                return new Primitives(room);
            case CAFFEINE:
                return new CaffeineCache();
            case NOTHING_ENDS:
                return new BareMap(false);
            default:
                throw new IllegalArgumentException("no contestant of that name: " + name);
        }
    }
}
