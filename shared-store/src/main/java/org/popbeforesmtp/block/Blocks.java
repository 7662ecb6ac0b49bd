// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;

/** All blocks at one moment, as a look-up needs them. Immutable. */
public final class Blocks {

    private static final Blocks NONE = new Blocks(Map.of());

    private final Map<BlockTarget, Block> byTarget;
    /** Finds out in constant time that an address is in no blocked network, as nearly all are. */
    private final NetworkSet networks;

    private Blocks(Map<BlockTarget, Block> byTarget) {
        this.byTarget = Map.copyOf(byTarget);
        this.networks = NetworkSet.of(byTarget.keySet().stream()
                .flatMap(target -> target.network().stream())
                .collect(Collectors.toUnmodifiableList()));
    }

    public static Blocks none() {
        return NONE;
    }

    /** These blocks; of several with one target the one that ends last. */
    public static Blocks of(Collection<Block> blocks) {
        return blocks.isEmpty()
                ? NONE
                : new Blocks(blocks.stream()
                        .collect(Collectors.toMap(
                                Block::target,
                                block -> block,
                                BinaryOperator.maxBy(Comparator.comparing(Block::until)))));
    }

    /** These and one more, which takes the place of one with the same target. */
    public Blocks with(Block block) {
        Map<BlockTarget, Block> changed = new HashMap<>(byTarget);
        changed.put(block.target(), block);
        return new Blocks(changed);
    }

    /**
     * These and one more, as {@link #with}.
     *
     * @throws IllegalStateException if {@link BlockStore#MOST} others hold already
     */
    public Blocks withRoomFor(Block block) {
        if (byTarget.size() >= BlockStore.MOST && !byTarget.containsKey(block.target())) {
            throw new IllegalStateException(BlockStore.TOO_MANY);
        }
        return with(block);
    }

    public Blocks without(BlockTarget target) {
        Map<BlockTarget, Block> changed = new HashMap<>(byTarget);
        changed.remove(target);
        return new Blocks(changed);
    }

    public Blocks onlyActiveAt(Instant instant) {
        return of(activeAt(instant));
    }

    /** The block with a target, whether or not it still holds. */
    public Optional<Block> of(BlockTarget target) {
        return Optional.ofNullable(byTarget.get(target));
    }

    /** The block that keeps an address from relaying; of several the one that ends last. */
    public Optional<Block> ofAddress(ClientAddress address, Instant now) {
        if (!networks.contains(address)) {
            return Optional.empty();
        }
        return active(now)
                .filter(block -> block.target()
                        .network()
                        .filter(network -> network.contains(address))
                        .isPresent())
                .max(Comparator.comparing(Block::until));
    }

    /** The block that keeps a user from relaying. */
    public Optional<Block> ofUser(String user, Instant now) {
        return of(BlockTarget.ofUser(user)).filter(block -> block.isActiveAt(now));
    }

    /** The block that keeps somebody from relaying, or from earning a grant: that of the address, or that of the user. */
    public Optional<Block> of(ClientAddress address, Optional<String> user, Instant now) {
        return ofAddress(address, now).or(() -> user.flatMap(name -> ofUser(name, now)));
    }

    /** The blocks that hold, in {@link BlockTarget#ORDER}. */
    public List<Block> activeAt(Instant now) {
        return active(now)
                .sorted(Comparator.comparing(Block::target, BlockTarget.ORDER))
                .collect(Collectors.toUnmodifiableList());
    }

    public int size() {
        return byTarget.size();
    }

    public boolean isEmpty() {
        return byTarget.isEmpty();
    }

    private Stream<Block> active(Instant now) {
        Predicate<Block> holds = block -> block.isActiveAt(now);
        return byTarget.values().stream().filter(holds);
    }
}
