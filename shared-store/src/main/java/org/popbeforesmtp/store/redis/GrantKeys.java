// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;

/**
 * The names of the keys, described in docs/redis.md. The braces put all of an installation's keys into one slot of a
 * cluster, so that one script can see them all.
 */
final class GrantKeys {

    private static final int VERSION = 1;

    private final String prefix;

    GrantKeys(String installation) {
        this.prefix = "{" + installation + "}:" + VERSION + ":";
    }

    /** A hash: the grants of an address. */
    String grants(ClientAddress address) {
        return prefix + "grants:" + address;
    }

    /** The pattern of all {@link #grants}. */
    String anyGrants() {
        return prefix + "grants:*";
    }

    /** The address that a key of {@link #anyGrants} belongs to; nothing if somebody else has made the key. */
    Optional<ClientAddress> addressOf(byte[] grantsKey) {
        int start = (prefix + "grants:").length();
        try {
            return Optional.of(ClientAddress.parse(
                    new String(grantsKey, start, grantsKey.length - start, StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A string: when the grants of an address were last revoked. */
    String revokedAddress(ClientAddress address) {
        return prefix + "revoked-address:" + address;
    }

    /** A string: when the grants of a user were last revoked. */
    String revokedUser(String user) {
        return prefix + "revoked-user:" + user;
    }

    /** A hash: the users whose grants are being revoked, and when that began. */
    String revoking() {
        return prefix + "revoking";
    }

    /** Shaped like {@link #grants}, but none: what is tried out to see whether Redis does what we need. */
    String probe() {
        return prefix + "probe";
    }
}
