// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.demo;

import java.io.PrintStream;

/** Text on a screen of 80 columns: lines break between words, and what goes on is indented like its beginning. */
final class Terminal {

    private static final int COLUMNS = 80;

    private final PrintStream out;

    Terminal(PrintStream out) {
        this.out = out;
    }

    void say(String text) {
        say(0, text);
    }

    void say(int indent, String text) {
        String margin = " ".repeat(indent);
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && margin.length() + line.length() + 1 + word.length() > COLUMNS) {
                out.println(margin + line);
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        out.println((margin + line).stripTrailing());
    }

    /** A command that can be pasted as it is, each part of it on a line of its own. */
    void show(String... parts) {
        out.println("  " + String.join(" \\\n    ", parts));
    }
}
