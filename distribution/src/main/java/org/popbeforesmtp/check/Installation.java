// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the parts of one James are: its configuration, its working directory, its own jars and its extensions. */
final class Installation {

    private static final String EXTENSIONS = "extensions-jars";

    /** The three libraries that read James's files; they fit together only if all are from the same James. */
    private static final List<String> CONFIGURATION_LIBRARY =
            List.of("commons-configuration2-", "commons-lang3-", "commons-text-");

    private final Path conf;
    private final Path home;
    private final Path working;

    private Installation(Path conf, @Nullable Path home) {
        this.conf = conf.toAbsolutePath().normalize();
        Path parent = this.conf.getParent();
        Path beside = parent == null ? this.conf : parent;
        this.home = home == null ? beside : home.toAbsolutePath().normalize();
        this.working = Files.isDirectory(this.home.resolve(EXTENSIONS)) ? this.home : beside;
    }

    /**
     * The James of a configuration directory.
     *
     * @param home James's own directory; if null, the one that the configuration directory is in
     */
    static Installation of(Path conf, @Nullable Path home) {
        return new Installation(conf, home);
    }

    /** The same from the arguments of a command line, before they are parsed. */
    static Installation namedBy(String[] arguments) {
        Path conf = Path.of("conf");
        Path home = null;
        for (int i = 1; i < arguments.length; i++) {
            if (arguments[i].startsWith("--james=")) {
                home = Path.of(arguments[i].substring("--james=".length()));
            } else if (arguments[i].equals("--james") && i + 1 < arguments.length) {
                home = Path.of(arguments[++i]);
            } else if (arguments[i].equals("--format")) {
                i++;
            } else if (!arguments[i].startsWith("-")) {
                conf = Path.of(arguments[i]);
            }
        }
        return of(conf, home);
    }

    Path conf() {
        return conf;
    }

    /** What James's relative paths are relative to. */
    Path working() {
        return working;
    }

    /** James's own jars; none if they are not found. */
    List<Path> libraries() {
        List<Path> jars = new ArrayList<>();
        for (Path directory : libraryDirectories()) {
            filesIn(directory, 1).filter(file -> name(file).endsWith(".jar")).forEach(jars::add);
        }
        boolean ofJames = jars.stream().anyMatch(jar -> name(jar).startsWith("james-"));
        return ofJames ? jars : List.of();
    }

    private List<Path> libraryDirectories() {
        try (Stream<Path> entries = Files.list(home)) {
            List<Path> directories = entries.filter(Files::isDirectory)
                    .filter(entry -> name(entry).matches("libs?|.*\\.lib"))
                    .sorted()
                    .collect(Collectors.toList());
            directories.add(home);
            return directories;
        } catch (IOException e) {
            return List.of();
        }
    }

    /** James's own reader of configuration files; empty if it is not found as a whole. */
    List<Path> configurationLibrary() {
        List<Path> jars = libraries();
        List<Path> found = new ArrayList<>(CONFIGURATION_LIBRARY.stream()
                .map(prefix -> jars.stream()
                        .filter(jar -> name(jar).startsWith(prefix))
                        .findFirst())
                .flatMap(Optional::stream)
                .collect(Collectors.toList()));
        if (found.size() < CONFIGURATION_LIBRARY.size()) {
            return List.of();
        }
        // Later versions need it.
        jars.stream().filter(jar -> name(jar).startsWith("commons-io-")).forEach(found::add);
        return found;
    }

    Path extensionsDirectory() {
        return working.resolve(EXTENSIONS);
    }

    /** All that James loads as extensions: every file, folders within included, whatever its name ends in. */
    List<Path> extensions() {
        return filesIn(extensionsDirectory(), Integer.MAX_VALUE).collect(Collectors.toList());
    }

    private static Stream<Path> filesIn(Path directory, int depth) {
        if (!Files.isDirectory(directory)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(directory, depth, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(Files::isRegularFile).sorted().collect(Collectors.toList()).stream();
        } catch (IOException | UncheckedIOException e) {
            return Stream.of();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** The file of a James file URL: below the directories that James names so, or with three slashes an absolute path. */
    Path file(String url) {
        String path = url.startsWith("file://") ? url.substring("file://".length()) : url;
        if (path.startsWith("conf/")) {
            return conf.resolve(path.substring("conf/".length())).normalize();
        }
        return (path.startsWith("/") ? Path.of(path) : working.resolve(path)).normalize();
    }
}
