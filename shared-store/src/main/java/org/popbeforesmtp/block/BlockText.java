// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.popbeforesmtp.address.Network;

/**
 * Blocks as texts, for stores. The name says who is blocked: {@code network 192.0.2.0/24} or {@code user bob}. The value says
 * the rest: {@code <begin> <end> <by> <reason>}, the times in milliseconds, {@code by} as in a URL, so that it has no blank.
 */
public final class BlockText {

    private static final String NETWORK = "network ";
    private static final String USER = "user ";
    private static final Pattern VALUE = Pattern.compile("(\\d{1,15}) (\\d{1,15}) (\\S*) (.*)", Pattern.DOTALL);

    private BlockText() {}

    public static String nameOf(BlockTarget target) {
        return (target.network().isPresent() ? NETWORK : USER) + target;
    }

    public static String valueOf(Block block) {
        return block.since().toEpochMilli() + " " + block.until().toEpochMilli() + " " + byAndReasonOf(block);
    }

    /** What follows the times in a value. */
    public static String byAndReasonOf(Block block) {
        return URLEncoder.encode(block.by(), StandardCharsets.UTF_8) + " " + block.reason();
    }

    /** The block with the times that were written; nothing if this release does not understand it. */
    public static Optional<Block> read(String name, String value) {
        Matcher matcher = VALUE.matcher(value);
        try {
            return matcher.matches()
                    ? target(name)
                            .map(target -> Block.of(
                                    target,
                                    Instant.ofEpochMilli(Long.parseLong(matcher.group(1))),
                                    Instant.ofEpochMilli(Long.parseLong(matcher.group(2))),
                                    matcher.group(4),
                                    URLDecoder.decode(matcher.group(3), StandardCharsets.UTF_8)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<BlockTarget> target(String name) {
        if (name.startsWith(NETWORK)) {
            return Optional.of(BlockTarget.of(Network.parse(name.substring(NETWORK.length()))));
        }
        return name.startsWith(USER)
                ? Optional.of(BlockTarget.ofUser(name.substring(USER.length())))
                : Optional.empty();
    }
}
