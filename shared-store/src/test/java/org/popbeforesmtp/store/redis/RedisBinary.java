// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
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

    /** Whether the system's release must be tested: where there is one, and in CI, where there has to be one. */
    static boolean ofTheSystemIsDue() {
        return OF_THE_SYSTEM.isPresent() || Boolean.parseBoolean(System.getenv("CI"));
    }

    static Path ofTheSystem() {
        return OF_THE_SYSTEM.orElseThrow(() -> new AssertionError("In CI there must be a redis-server on the PATH"));
    }

    /** The system's, or the embedded one where there is none. */
    static Path best() {
        return ofTheSystemIsDue() ? ofTheSystem() : EMBEDDED;
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
