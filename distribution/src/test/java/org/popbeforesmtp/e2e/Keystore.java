// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A key that James's servers use for TLS, made once for all tests. */
final class Keystore {

    static final String SECRET = "only-for-tests";

    private static final Path FILE = Build.target().resolve("keystore.p12");

    private Keystore() {}

    static synchronized Path file() {
        if (!Files.exists(FILE)) {
            run("keytool -genkeypair -alias james -keyalg RSA -keysize 2048 -validity 3650 -dname CN=localhost"
                    + " -storetype PKCS12 -storepass " + SECRET + " -keystore " + FILE);
        }
        return FILE;
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
