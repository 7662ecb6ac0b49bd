// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.util.stream.Stream;

/** The extension jar as an operator runs it: {@code java -jar}. */
final class ExtensionCommand {

    private ExtensionCommand() {}

    /** Runs it to its end, with what makes a short run of Java shorter. */
    static Program.Outcome run(String... arguments) {
        return Program.run(
                Stream.concat(
                                Stream.of(
                                        JamesUnderTest.configured().java().toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+UseSerialGC",
                                        "-jar",
                                        Build.extensionJar().toString()),
                                Stream.of(arguments))
                        .toList(),
                "");
    }
}
