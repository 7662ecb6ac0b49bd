// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.Network;

/** Who is blocked: a network, which may be a single address, or a user. */
public final class BlockTarget {

    /** Networks first, then users, each in the order of their texts. */
    public static final Comparator<BlockTarget> ORDER = Comparator.comparing(
                    (BlockTarget target) -> target.user().isPresent())
            .thenComparing(BlockTarget::toString);

    private final @Nullable Network network;
    private final @Nullable String user;

    private BlockTarget(@Nullable Network network, @Nullable String user) {
        this.network = network;
        this.user = user;
    }

    public static BlockTarget of(Network network) {
        return new BlockTarget(network, null);
    }

    /**
     * A user.
     *
     * @param name as the mail server knows the user; two spellings are two users
     * @throws IllegalArgumentException if the name is empty
     */
    public static BlockTarget ofUser(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a user's name must not be empty");
        }
        return new BlockTarget(null, name);
    }

    public Optional<Network> network() {
        return Optional.ofNullable(network);
    }

    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BlockTarget
                && Objects.equals(network, ((BlockTarget) other).network)
                && Objects.equals(user, ((BlockTarget) other).user);
    }

    @Override
    public int hashCode() {
        return Objects.hash(network, user);
    }

    /** The network in CIDR notation, or the name of the user. */
    @Override
    public String toString() {
        return network == null ? Objects.requireNonNull(user) : network.toString();
    }
}
