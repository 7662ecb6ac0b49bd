// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A script with the keys and arguments of one call. */
final class ScriptCall {

    private final Script script;
    private final List<?> keys;
    private final List<String> arguments;

    private ScriptCall(Script script, List<?> keys, List<String> arguments) {
        this.script = script;
        this.keys = keys;
        this.arguments = arguments;
    }

    static ScriptCall of(Script script, List<?> keys, Object... arguments) {
        List<String> texts = new ArrayList<>();
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return new ScriptCall(script, keys, texts);
    }

    /**
     * Makes calls in one round trip, and one more for each script that Redis has not seen since it started.
     *
     * @param latest the time at Redis after which they must have no effect
     * @return the integers that each of them returned
     */
    static List<List<Long>> all(List<ScriptCall> calls, long latest, RedisConnection connection, Deadline deadline) {
        List<CommandArguments> commands =
                calls.stream().map(call -> call.bySha1(latest)).collect(Collectors.toList());
        List<Object> replies = connection.call(deadline, commands);
        List<List<Long>> results = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            boolean unseen = replies.get(i) instanceof JedisNoScriptException;
            results.add(integers(unseen ? connection.call(deadline, calls.get(i).bySource(latest)) : replies.get(i)));
        }
        return results;
    }

    private CommandArguments bySha1(long latest) {
        return script.bySha1(keys, argumentsAfter(latest));
    }

    private CommandArguments bySource(long latest) {
        return script.bySource(keys, argumentsAfter(latest));
    }

    private List<String> argumentsAfter(long latest) {
        List<String> all = new ArrayList<>();
        all.add(Long.toString(latest));
        all.addAll(arguments);
        return all;
    }

    private static List<Long> integers(Object reply) {
        List<Long> integers = new ArrayList<>();
        for (Object element : (List<?>) RedisConnection.orThrow(reply)) {
            integers.add((Long) element);
        }
        return integers;
    }
}
