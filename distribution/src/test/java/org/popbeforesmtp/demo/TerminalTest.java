// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(new PrintStream(output, true, UTF_8));

    private String[] lines() {
        return output.toString(UTF_8).split("\n");
    }

    @Test
    void aLongTextShouldBreakBetweenWordsAndKeepItsMargin() {
        terminal.say(4, "word ".repeat(40).trim());

        assertThat(lines())
                .hasSizeGreaterThan(1)
                .allSatisfy(
                        line -> assertThat(line).hasSizeLessThanOrEqualTo(80).matches("    word( word)*"));
        assertThat(String.join(" ", lines()).trim().split(" +")).hasSize(40);
    }

    @Test
    void aShortTextShouldStayAsItIs() {
        terminal.say("two words");

        assertThat(output.toString(UTF_8)).isEqualTo("two words\n");
    }

    @Test
    void aCommandShouldBeShownSoThatAShellTakesItAsOne() {
        terminal.show("curl -s", "http://127.0.0.1/");

        assertThat(output.toString(UTF_8)).isEqualTo("  curl -s \\\n    http://127.0.0.1/\n");
    }
}
