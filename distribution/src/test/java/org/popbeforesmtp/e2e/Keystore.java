// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A key that James's servers use for TLS, made once for all tests. */
final class Keystore {

    static final String SECRET = "only-for-tests";

    /** Each James opens the file several times as it starts, and with the usual thousands it takes a second of processor time. */
    private static final String FEWEST_ITERATIONS = "-J-Dkeystore.pkcs12.certPbeIterationCount=1"
            + " -J-Dkeystore.pkcs12.keyPbeIterationCount=1 -J-Dkeystore.pkcs12.macIterationCount=1";

    private static final Path FILE = Build.target().resolve("keystore.p12");

    private Keystore() {}

    static synchronized Path file() {
        if (!Files.exists(FILE)) {
            // Other processes run tests at the same time: the file is there as a whole or not at all.
            Path own = FILE.resolveSibling("keystore-" + ProcessHandle.current().pid() + ".p12");
            run("keytool " + FEWEST_ITERATIONS
                    + " -genkeypair -alias james -keyalg RSA -keysize 2048 -validity 3650 -dname CN=localhost"
                    + " -storetype PKCS12 -storepass " + SECRET + " -keystore " + own);
            move(own);
        }
        return FILE;
    }

    private static void move(Path own) {
        try {
            Files.move(own, FILE, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String command) {
        try {
            String[] words = command.split(" ");
            words[0] = Path.of(System.getProperty("java.home"), "bin", words[0]).toString();
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
