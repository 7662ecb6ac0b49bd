// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.redis.Deadline;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;

/**
 * Values in Redis, under keys that end by themselves. A change reads some values of a shard and writes those back that
 * nobody has changed meanwhile: two round trips, and two more for the others.
 */
final class RedisValueStore implements ValueStore {

    /** Somebody succeeds each time, so this is only reached where something else is wrong. */
    private static final int MOST_TRIES = 100;

    private final RedisServers servers;
    private final GrantKeys keys;
    private final KeyScan scan;
    private final Duration timeout;
    private final Answers answers;

    RedisValueStore(RedisServers servers, GrantKeys keys, KeyScan scan, Duration timeout, Answers answers) {
        this.servers = servers;
        this.keys = keys;
        this.scan = scan;
        this.timeout = timeout;
        this.answers = answers;
    }

    // ---- changes

    @Override
    public Map<ValueKey, Value> update(Collection<ValueKey> wanted, Change change) {
        Map<String, List<ValueKey>> byShard =
                new LinkedHashSet<>(wanted).stream().collect(Collectors.groupingBy(key -> keys.shardOf(key.name())));
        return answers.to(() -> {
            Map<ValueKey, Value> after = new HashMap<>();
            byShard.forEach((shard, some) ->
                    after.putAll(servers.call(shard, Deadline.in(timeout), call -> update(call, some, change))));
            return after;
        });
    }

    private Map<ValueKey, Value> update(RedisCall call, List<ValueKey> some, Change change) {
        Map<ValueKey, Value> after = new HashMap<>();
        List<ValueKey> left = some;
        for (int tries = 0; !left.isEmpty(); tries++) {
            if (tries == MOST_TRIES) {
                throw new StoreUnavailableException("others change the same values all the time");
            }
            left = tryToUpdate(call, left, change, after);
        }
        return after;
    }

    /** Those that others have changed meanwhile. */
    private List<ValueKey> tryToUpdate(
            RedisCall call, List<ValueKey> some, Change change, Map<ValueKey, Value> result) {
        Map<ValueKey, Value> before = read(call, some);
        List<ValueKey> changed = new ArrayList<>();
        for (ValueKey key : some) {
            Optional<Value> old = Optional.ofNullable(before.get(key));
            Optional<Value> after = change.apply(key, old);
            after.ifPresentOrElse(value -> result.put(key, value), () -> result.remove(key));
            if (!after.equals(old)) {
                changed.add(key);
            }
        }
        return write(call, changed, before, result);
    }

    private Map<ValueKey, Value> read(RedisCall call, List<ValueKey> some) {
        List<?> reply = Script.READ_VALUES.run(call, names(some));
        Map<ValueKey, Value> found = new HashMap<>();
        for (int i = 0; i < some.size(); i++) {
            ValueKey key = some.get(i);
            value(((List<?>) reply.get(1)).get(i), ((List<?>) reply.get(2)).get(i))
                    .ifPresent(value -> found.put(key, value));
        }
        return found;
    }

    private List<ValueKey> write(
            RedisCall call, List<ValueKey> changed, Map<ValueKey, Value> before, Map<ValueKey, Value> after) {
        if (changed.isEmpty()) {
            return List.of();
        }
        if (call.deadline().isOver()) {
            // Nobody waits any more, and who did has been told that it failed.
            throw new StoreUnavailableException("no answer in time");
        }
        Object[] arguments = changed.stream()
                .flatMap(key -> Stream.of(
                        text(before.get(key)),
                        text(after.get(key)),
                        Optional.ofNullable(after.get(key))
                                .map(value -> value.timeToLive().toMillis())
                                .orElse(0L)))
                .toArray();
        List<?> done = (List<?>)
                Script.CHANGE_VALUES.run(call, names(changed), arguments).get(1);
        List<ValueKey> lost = new ArrayList<>();
        for (int i = 0; i < changed.size(); i++) {
            if (!done.get(i).equals(1L)) {
                lost.add(changed.get(i));
            }
        }
        return lost;
    }

    private List<String> names(List<ValueKey> some) {
        return some.stream().map(keys::value).collect(Collectors.toList());
    }

    private static String text(@Nullable Value value) {
        return value == null ? "-" : "=" + value.text();
    }

    /** What Redis says of a value: its text, and how many milliseconds are left. */
    private static Optional<Value> value(@Nullable Object text, Object left) {
        return text == null || (Long) left <= 0
                ? Optional.empty()
                : Optional.of(Value.of((String) text, Duration.ofMillis((Long) left)));
    }

    // ---- the list

    @Override
    public NavigableMap<String, Value> list(String kind, String fromName) {
        return answers.to(() -> {
            servers.requireAll();
            NavigableMap<String, Value> found = new TreeMap<>();
            for (RedisMaster master : servers.shardsByMaster().keySet()) {
                scan.keys(master, keys.anyValues(kind)).forEach(some -> {
                    List<ValueKey> wanted = some.stream()
                            .flatMap(key -> keys.valueOf(kind, key).stream())
                            .filter(key -> key.name().compareTo(fromName) >= 0)
                            .collect(Collectors.toList());
                    list(master, wanted, found);
                });
            }
            return found;
        });
    }

    private void list(RedisMaster master, List<ValueKey> wanted, Map<String, Value> found) {
        Map<ValueKey, String> texts = scan.forEach(master, wanted, (pipeline, key) -> pipeline.get(keys.value(key)));
        scan.forEach(master, wanted, (pipeline, key) -> pipeline.pttl(keys.value(key)))
                .forEach((key, left) -> value(texts.get(key), left).ifPresent(value -> found.put(key.name(), value)));
    }

    /** Redis keeps what it has confirmed as far as it is configured to. */
    @Override
    public void awaitDurable() {
        answers.requireOpen();
    }

    /** A Redis that is full takes nothing new. */
    @Override
    public long evictions() {
        return 0;
    }
}
