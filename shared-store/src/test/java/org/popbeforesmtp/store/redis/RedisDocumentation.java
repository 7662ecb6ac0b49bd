// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What docs/redis.md tells the operator to type. */
final class RedisDocumentation {

    private static final Path PAGE = Path.of("..", "docs", "redis.md");
    private static final String START_OF_RIGHTS = "redis-cli ACL SETUSER pbs on '>secret' ";

    private RedisDocumentation() {}

    static List<String> commands() {
        try {
            return Files.readAllLines(PAGE).stream()
                    .filter(line -> line.startsWith("$ "))
                    .map(line -> line.substring(2))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rights that the page says suffice. */
    static String rights() {
        return commands().stream()
                .filter(command -> command.startsWith(START_OF_RIGHTS))
                .map(command -> command.substring(START_OF_RIGHTS.length()).replace("'", ""))
                .findFirst()
                .orElseThrow();
    }
}
