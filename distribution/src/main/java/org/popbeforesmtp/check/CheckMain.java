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
 * The main class of the jar. The stores write to slf4j, which James has and the jar must not have; where it is missing,
 * as in {@code java -jar}, a silent one is unpacked beside the jar for the time of the command.
 */
public final class CheckMain {

    private static final List<String> LOGGING = List.of("logging-api.jar", "logging-nop.jar");

    private CheckMain() {}

    /** Runs the command line and exits with its status. */
    public static void main(String[] arguments) throws Exception {
        int status;
        if (isThere("org.slf4j.LoggerFactory")) {
            status = CommandLineEntry.run(arguments);
        } else {
            status = runWithLogging(arguments);
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

    private static int runWithLogging(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("pop-before-smtp-check");
        try {
            List<URL> path = new ArrayList<>();
            path.add(CheckMain.class.getProtectionDomain().getCodeSource().getLocation());
            for (String jar : LOGGING) {
                path.add(unpack(jar, directory).toUri().toURL());
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
            Files.deleteIfExists(directory);
        }
    }

    private static Path unpack(String jar, Path directory) throws IOException {
        Path target = directory.resolve(jar);
        try (InputStream in = Objects.requireNonNull(CheckMain.class.getResourceAsStream(jar), jar)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }
}
