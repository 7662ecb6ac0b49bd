// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What is logged while it is open; slf4j-simple writes to the standard error output. */
public final class CapturedLog implements AutoCloseable {

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

    public CapturedLog() {
        System.setErr(new PrintStream(new Tee(), true, StandardCharsets.UTF_8));
    }

    /** The lines of a level, such as {@code WARN}. */
    public List<String> lines(String level) {
        return captured.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" " + level + " "))
                .collect(Collectors.toList());
    }

    @Override
    public void close() {
        System.setErr(before);
    }

    private final class Tee extends OutputStream {
        @Override
        public void write(int b) {
            before.write(b);
            captured.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            before.write(bytes, offset, length);
            captured.write(bytes, offset, length);
        }
    }
}
