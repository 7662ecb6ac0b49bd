// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;

/**
 * Values in Redis, under keys that end by themselves. A change reads some values of a shard and writes those back that
 * nobody has changed meanwhile: two round trips, and one more for the others.
 */
final class RedisValueStore implements ValueStore {

    /** Somebody succeeds each time, so this is only reached where something else is wrong. */
    private static final int MOST_TRIES = 100;

    private static final String NONE = "-";

    /** Whatever is there, it is something else. */
    private static final String NOT_READ_YET = "?";

    private final RedisServers servers;
    private final AllShards shards;
    private final GrantKeys keys;
    private final Answers answers;

    RedisValueStore(RedisServers servers, AllShards shards, GrantKeys keys, Answers answers) {
        this.servers = servers;
        this.shards = shards;
        this.keys = keys;
        this.answers = answers;
    }

    @Override
    public Map<ValueKey, Value> update(Collection<ValueKey> wanted, Change change) {
        Map<String, List<ValueKey>> byShard =
                wanted.stream().distinct().collect(Collectors.groupingBy(key -> keys.shardOf(key.name())));
        return answers.to(() -> {
            Map<ValueKey, Value> after = new HashMap<>();
            byShard.forEach((shard, some) -> after.putAll(servers.call(shard, call -> update(call, some, change))));
            return after;
        });
    }

    private Map<ValueKey, Value> update(RedisCall call, List<ValueKey> some, Change change) {
        Map<ValueKey, Value> after = new HashMap<>();
        Map<ValueKey, String> expected = new LinkedHashMap<>();
        some.forEach(key -> expected.put(key, NOT_READ_YET));
        for (int tries = 0; !expected.isEmpty(); tries++) {
            if (tries == MOST_TRIES || call.deadline().isOver()) {
                // Nobody waits any more, and who did has been told that it failed.
                throw new StoreUnavailableException("no answer in time");
            }
            Reply reply = exchange(call, expected, after);
            Iterator<?> were = reply.list("were").iterator();
            Iterator<?> left = reply.list("left").iterator();
            for (ValueKey key : List.copyOf(expected.keySet())) {
                String was = (String) were.next();
                Optional<Value> before = value(was, (Long) left.next());
                boolean isWritten = was.equals(expected.get(key));
                if (isWritten || !changes(key, before, change, after)) {
                    expected.remove(key);
                } else {
                    expected.put(key, was);
                }
            }
        }
        return after;
    }

    /** Whether a change makes something else of a value, which is then to be written. */
    private static boolean changes(ValueKey key, Optional<Value> before, Change change, Map<ValueKey, Value> allAfter) {
        Optional<Value> after = change.apply(key, before);
        after.ifPresentOrElse(value -> allAfter.put(key, value), () -> allAfter.remove(key));
        return !after.equals(before);
    }

    private Reply exchange(RedisCall call, Map<ValueKey, String> expected, Map<ValueKey, Value> after) {
        List<String> names = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        expected.forEach((key, was) -> {
            Optional<Value> value = Optional.ofNullable(after.get(key));
            names.add(keys.value(key));
            arguments.add(was);
            arguments.add(value.map(some -> "=" + some.text()).orElse(NONE));
            arguments.add(value.map(some -> some.timeToLive().toMillis()).orElse(0L));
        });
        return Script.VALUES.run(call, names, arguments.toArray());
    }

    private static Optional<Value> value(String was, long leftMillis) {
        return was.equals(NONE) || leftMillis <= 0
                ? Optional.empty()
                : Optional.of(Value.of(was.substring(1), Duration.ofMillis(leftMillis)));
    }

    @Override
    public NavigableMap<String, Value> list(String kind, String fromName) {
        return answers.to(() -> {
            servers.requireAll();
            NavigableMap<String, Value> found = new TreeMap<>();
            for (RedisMaster master : servers.shardsByMaster().keySet()) {
                shards.keys(master, keys.anyValues(kind)).forEach(some -> {
                    List<ValueKey> wanted = some.stream()
                            .flatMap(key -> keys.valueOf(kind, key).stream())
                            .filter(key -> key.name().compareTo(fromName) >= 0)
                            .collect(Collectors.toList());
                    read(master, wanted, found);
                });
            }
            return found;
        });
    }

    private void read(RedisMaster master, List<ValueKey> wanted, Map<String, Value> found) {
        Map<ValueKey, String> texts = shards.forEach(master, wanted, (pipeline, key) -> pipeline.get(keys.value(key)));
        shards.forEach(master, wanted, (pipeline, key) -> pipeline.pttl(keys.value(key)))
                .forEach((key, left) -> Optional.ofNullable(texts.get(key))
                        .flatMap(text -> value("=" + text, left))
                        .ifPresent(value -> found.put(key.name(), value)));
    }

    /** Redis keeps what it has confirmed as far as it is configured to. */
    @Override
    public void awaitDurable() {}

    /** A Redis that is full takes nothing new. */
    @Override
    public long evictions() {
        return 0;
    }
}
