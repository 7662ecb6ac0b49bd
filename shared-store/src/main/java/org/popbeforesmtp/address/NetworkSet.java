// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import inet.ipaddr.IPAddressSeqRange;
import inet.ipaddr.format.util.AddressTrie.TrieNode;
import inet.ipaddr.format.util.DualIPv4v6Tries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A set of networks. An address is in it if any of the networks contains it; they may overlap and mix families, and an
 * IPv4 address is in IPv4 networks alone, so that {@code ::/0} holds no IPv4 address. Thousands of networks cost a
 * look-up no more than the length of an address. Immutable.
 */
public final class NetworkSet {

    /** Every address there is. */
    public static final NetworkSet ALL = parse(List.of("0.0.0.0/0", "::/0"));

    private static final int MOST_NAMED = 5;

    private final List<Network> networks;
    private final DualIPv4v6Tries blocks = new DualIPv4v6Tries();

    private NetworkSet(List<Network> networks) {
        this.networks = List.copyOf(networks);
        networks.forEach(network -> blocks.add(network.block()));
    }

    public static NetworkSet of(Collection<Network> networks) {
        return new NetworkSet(List.copyOf(networks));
    }

    /**
     * Reads networks in CIDR notation; see {@link Network}.
     *
     * @throws IllegalArgumentException that says what networks must be and which texts are none
     */
    public static NetworkSet parse(List<String> texts) {
        List<Network> networks = new ArrayList<>();
        List<String> offenders = new ArrayList<>();
        for (String text : texts) {
            try {
                networks.add(Network.parse(text));
            } catch (IllegalArgumentException e) {
                offenders.add("'" + text + "'");
            }
        }
        if (!offenders.isEmpty()) {
            throw new IllegalArgumentException(
                    "must be a comma separated list of networks such as 192.0.2.0/24 or 2001:db8::/32; no network: "
                            + named(offenders));
        }
        return new NetworkSet(networks);
    }

    private static String named(List<String> offenders) {
        return offenders.size() <= MOST_NAMED
                ? String.join(", ", offenders)
                : String.join(", ", offenders.subList(0, MOST_NAMED)) + " and " + (offenders.size() - MOST_NAMED)
                        + " more";
    }

    public boolean contains(ClientAddress address) {
        return !networks.isEmpty() && blocks.elementContains(address.toIpAddress());
    }

    /** Whether one of the networks holds all addresses of a network. */
    public boolean containsAll(Network network) {
        return blocks.elementContains(network.block());
    }

    /** Whether some address of a network is in the set. */
    public boolean intersects(Network network) {
        TrieNode<?> within = blocks.elementsContainedBy(network.block());
        return containsAll(network) || (within != null && !within.isEmpty());
    }

    /** Whether every address of this set is in another one too, be it in several networks of that. */
    public boolean isWithin(NetworkSet other) {
        IPAddressSeqRange[] theirs = other.ranges();
        return Arrays.stream(ranges()).allMatch(mine -> Arrays.stream(theirs).anyMatch(range -> range.contains(mine)));
    }

    /** The fewest ranges that contain all of it. */
    private IPAddressSeqRange[] ranges() {
        IPAddressSeqRange[] ranges = networks.stream()
                .map(network -> network.block().toSequentialRange())
                .toArray(IPAddressSeqRange[]::new);
        return IPAddressSeqRange.join(ranges);
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** The networks as a comma separated list in canonical form. */
    @Override
    public String toString() {
        return networks.stream().map(Network::toString).collect(Collectors.joining(","));
    }
}
