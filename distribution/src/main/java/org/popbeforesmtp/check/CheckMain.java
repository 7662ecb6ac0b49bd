// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The main class of the jar. Two libraries that James has must not be in the jar, or an extension would bring them a
 * second time: slf4j, to which the stores write, and Commons Configuration, which reads James's files. For
 * {@code java -jar} they are unpacked while the command runs; if James's own Commons Configuration is found, that one
 * is used, so that the files are read by the same code as in James.
 */
public final class CheckMain {

    private static final List<String> LOGGING =
            List.of("logging-api.jar", "logging-nop.jar", "configuration-logging.jar");
    private static final List<String> CONFIGURATION =
            List.of("configuration.jar", "configuration-lang.jar", "configuration-text.jar");

    private CheckMain() {}

    /** Runs the command line and exits with its status. */
    public static void main(String[] arguments) throws Exception {
        int status;
        if (isThere("org.slf4j.LoggerFactory") && isThere("org.apache.commons.configuration2.Configuration")) {
            status = CommandLineEntry.run(arguments);
        } else {
            status = runWithLibraries(arguments);
        }
        System.exit(status);
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, CheckMain.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static int runWithLibraries(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("pop-before-smtp-check");
        try {
            List<URL> path = new ArrayList<>();
            path.add(CheckMain.class.getProtectionDomain().getCodeSource().getLocation());
            unpack(LOGGING, directory, path);
            List<Path> ofJames = Installation.namedBy(arguments).configurationLibrary();
            if (ofJames.isEmpty()) {
                unpack(CONFIGURATION, directory, path);
            }
            for (Path jar : ofJames) {
                path.add(jar.toUri().toURL());
            }
            try (URLClassLoader loader =
                    new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
                Thread.currentThread().setContextClassLoader(loader);
                return (Integer) loader.loadClass(CommandLineEntry.class.getName())
                        .getMethod("run", String[].class)
                        .invoke(null, (Object) arguments);
            }
        } finally {
            for (String jar : LOGGING) {
                Files.deleteIfExists(directory.resolve(jar));
            }
            for (String jar : CONFIGURATION) {
                Files.deleteIfExists(directory.resolve(jar));
            }
            Files.deleteIfExists(directory);
        }
    }

    private static void unpack(List<String> jars, Path directory, List<URL> path) throws IOException {
        for (String jar : jars) {
            Path target = directory.resolve(jar);
            try (InputStream in = Objects.requireNonNull(CheckMain.class.getResourceAsStream(jar), jar)) {
                Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            }
            path.add(target.toUri().toURL());
        }
    }
}
