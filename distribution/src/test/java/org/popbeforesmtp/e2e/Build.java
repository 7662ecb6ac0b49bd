// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the build has made and the tests start from. Maven runs the tests in the directory of this module. */
public final class Build {

    private static final Path MODULE =
            Path.of(System.getProperty("distribution", "")).toAbsolutePath();

    private Build() {}

    /** The folder of this module. */
    static Path module() {
        return MODULE;
    }

    /** The jar that an operator copies. */
    public static Path extensionJar() {
        try (Stream<Path> files = Files.list(target())) {
            List<Path> jars = files.filter(
                            file -> file.getFileName().toString().matches("james-pop-before-smtp-.*\\.jar"))
                    .collect(Collectors.toList());
            if (jars.size() != 1) {
                throw new IllegalStateException(
                        "one extension jar is wanted in " + target() + ", there is " + jars + "; mvn package makes it");
            }
            return jars.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files that an operator edits, as they ship. */
    public static Path sampleConfiguration() {
        return MODULE.resolve("src/sample-configuration");
    }

    /** Where tests may leave what helps to understand a failure. */
    public static Path target() {
        return MODULE.resolve("target");
    }
}
