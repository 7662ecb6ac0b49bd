// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end. */
final class Program {

    private static final int TIMEOUT_SECONDS = 60;

    private Program() {}

    /**
     * What became of a program.
     *
     * @param output both of its output streams
     */
    record Outcome(int status, String output) {

        void assertSucceeded() {
            // Without a library for tests: the demo has none.
            if (status != 0) {
                throw new AssertionError("The exit status is " + status + ":\n" + output);
            }
        }
    }

    static Outcome run(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(UTF_8));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command.get(0) + " does not end: " + output);
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
