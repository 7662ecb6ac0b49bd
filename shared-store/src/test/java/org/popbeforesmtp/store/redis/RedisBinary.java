// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** The redis-server programs that tests run: one that a jar brings along, and the one of this machine. */
final class RedisBinary {

    private static final Path EMBEDDED = unpack();
    private static final Optional<Path> OF_THE_SYSTEM = find("redis-server");

    private RedisBinary() {}

    /** Release 6.2, on every machine. */
    static Path embedded() {
        return EMBEDDED;
    }

    /** For tests with the tag {@code real-peers}. */
    static Path ofTheSystem() {
        return OF_THE_SYSTEM.orElseThrow(
                () -> new AssertionError("no redis-server on the PATH; on Debian: apt-get install redis-server"));
    }

    /** The system's, or the embedded one where there is none. */
    static Path best() {
        return OF_THE_SYSTEM.orElse(EMBEDDED);
    }

    /** Each release that there is on this machine. */
    static Stream<Path> all() {
        return Stream.concat(Stream.of(EMBEDDED), OF_THE_SYSTEM.stream());
    }

    private static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path unpack() {
        try {
            Path directory = Files.createTempDirectory("redis-server");
            Path program = ExecutableProvider.newJarResourceProvider(directory.toFile())
                    .get()
                    .toPath();
            program.toFile().deleteOnExit();
            directory.toFile().deleteOnExit();
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
