// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.store.DurationText;

/** A block as an administrator requests it: the body of the PUT request. */
final class BlockRequest {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final JsonBody<BlockRequest> JSON = new JsonBody<>(
            BlockRequest.class,
            "{\"duration\":\"7d\",\"reason\":\"stolen password\"}",
            "duration is required, reason is not, each is given once, nothing else is known");

    private final Duration duration;
    private final String reason;

    @JsonCreator
    BlockRequest(@JsonProperty("duration") @Nullable String duration, @JsonProperty("reason") @Nullable String reason) {
        if (duration == null) {
            throw new BadRequest("duration must be given: how long the block is to last, such as 7d");
        }
        this.duration = BadRequest.unlessParsed("duration", duration, BlockRequest::duration);
        this.reason = reason == null ? "" : BadRequest.unlessParsed("reason", reason, Block::reason);
    }

    static BlockRequest parse(@Nullable String body) {
        return JSON.parse(body);
    }

    private static Duration duration(String text) {
        return DurationText.parse(text)
                .filter(duration -> duration.compareTo(SHORTEST) >= 0 && duration.compareTo(Block.LONGEST) <= 0)
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be a number with a unit (ms, s, m, h, d) from 1s to 30d, such as 7d"));
    }

    /** The requested block, from now on. */
    Block of(BlockTarget target, Instant now, String by) {
        return Block.of(target, now, now.plus(duration), reason, by);
    }
}
