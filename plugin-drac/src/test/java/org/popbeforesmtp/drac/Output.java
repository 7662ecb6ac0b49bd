// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The lines that a process has written so far. */
final class Output {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    private Output(Process process) {
        reader = new Thread(() -> read(process), "output of process " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static Output of(Process process) {
        return new Output(process);
    }

    private void read(Process process) {
        try (BufferedReader in = process.inputReader()) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("(could not read on: " + e.getMessage() + ")");
        }
    }

    List<String> lines() {
        return lines;
    }

    boolean has(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    String afterTheEnd() throws InterruptedException {
        reader.join(30_000);
        return String.join("\n", lines);
    }
}
