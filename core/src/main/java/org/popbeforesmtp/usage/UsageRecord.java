// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Protocol;

/**
 * What a store keeps of one user on one day: the usage, and the last batches that it includes. As a text these are
 * words: the messages, the recipients, the first and the last time in milliseconds since the epoch, the protocol,
 * {@code tls} or {@code plain}, the addresses, and the batches as {@code <node>=<number>}, both with commas in between.
 * Anything that a later release adds after them is ignored.
 */
final class UsageRecord {

    /** A batch is repeated within a second or two, unless the store is down, and then others add nothing either. */
    private static final int NODES_KEPT = 8;

    private static final int WORDS = 8;

    private final Usage usage;
    private final Map<String, Long> batches;

    private UsageRecord(Usage usage, Map<String, Long> batches) {
        this.usage = usage;
        this.batches = batches;
    }

    static UsageRecord of(UsageBatch batch, Usage usage) {
        return new UsageRecord(usage, Map.of(batch.node(), batch.number()));
    }

    /** The record, if the text is one. */
    static Optional<UsageRecord> parse(String text) {
        String[] words = text.split(" ", WORDS + 1);
        if (words.length < WORDS) {
            return Optional.empty();
        }
        try {
            List<ClientAddress> addresses = Arrays.stream(words[6].split(",", -1))
                    .map(ClientAddress::parse)
                    .collect(Collectors.toList());
            Usage usage = Usage.of(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    Instant.ofEpochMilli(Long.parseLong(words[2])),
                    Instant.ofEpochMilli(Long.parseLong(words[3])),
                    addresses,
                    Protocol.of(words[4]),
                    words[5].equals("tls"));
            return Optional.of(new UsageRecord(usage, batches(words[7])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Long> batches(String text) {
        Map<String, Long> batches = new LinkedHashMap<>();
        for (String batch : text.split(",", -1)) {
            int equals = batch.lastIndexOf('=');
            batches.put(batch.substring(0, Math.max(0, equals)), Long.parseLong(batch.substring(equals + 1)));
        }
        return batches;
    }

    Usage usage() {
        return usage;
    }

    boolean includes(UsageBatch batch) {
        return batches.getOrDefault(batch.node(), Long.MIN_VALUE) >= batch.number();
    }

    /** With what a batch adds, and without the batch of the node that has added nothing for the longest time. */
    UsageRecord plus(UsageBatch batch, Usage more) {
        Map<String, Long> last = new LinkedHashMap<>(batches);
        last.remove(batch.node());
        last.put(batch.node(), batch.number());
        List<String> nodes = new ArrayList<>(last.keySet());
        last.keySet().removeAll(nodes.subList(0, Math.max(0, nodes.size() - NODES_KEPT)));
        return new UsageRecord(usage.plus(more), last);
    }

    @Override
    public String toString() {
        return String.join(
                " ",
                Long.toString(usage.messages()),
                Long.toString(usage.recipients()),
                Long.toString(usage.first().toEpochMilli()),
                Long.toString(usage.last().toEpochMilli()),
                usage.protocol().toString(),
                usage.encrypted() ? "tls" : "plain",
                usage.addresses().stream().map(ClientAddress::toString).collect(Collectors.joining(",")),
                batches.entrySet().stream()
                        .map(batch -> batch.getKey() + "=" + batch.getValue())
                        .collect(Collectors.joining(",")));
    }
}
