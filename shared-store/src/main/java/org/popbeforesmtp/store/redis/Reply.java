// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.popbeforesmtp.redis.RedisClock;

/** What a script has replied: values by their names. */
final class Reply {

    private final Map<String, Object> parts;
    private final RedisClock.Moment moment;

    /**
     * Reads a reply.
     *
     * @param before the time here when Redis was asked
     */
    Reply(Object reply, RedisClock clock, long before) {
        this.parts = byName((List<?>) reply);
        this.moment = clock.observe(number("now"), before);
    }

    private static <T> Map<String, T> byName(List<?> namesAndValues) {
        Map<String, T> byName = new LinkedHashMap<>();
        for (int i = 0; i + 1 < namesAndValues.size(); i += 2) {
            @SuppressWarnings("unchecked")
            T value = (T) namesAndValues.get(i + 1);
            byName.put((String) namesAndValues.get(i), value);
        }
        return byName;
    }

    /** When Redis replied. */
    RedisClock.Moment moment() {
        return moment;
    }

    boolean has(String name) {
        return parts.get(name) != null;
    }

    long number(String name) {
        return has(name) ? (Long) part(name) : 0;
    }

    List<?> list(String name) {
        return (List<?>) part(name);
    }

    /** The fields of a hash. */
    Map<String, String> hash(String name) {
        return byName(list(name));
    }

    private Object part(String name) {
        return Optional.ofNullable(parts.get(name)).orElseThrow(() -> new ClassCastException("no " + name));
    }
}
