// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.List;

/** All problems of a configuration, in one message that an operator can act on. Contains no password. */
public final class InvalidConfigurationException extends RuntimeException {

    private final List<String> problems;

    public InvalidConfigurationException(List<String> problems) {
        // Without stack frames, so that James's last output ends with the problems.
        super(message(problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    private static String message(List<String> problems) {
        return "pop-before-smtp.properties has " + (problems.size() == 1 ? "a problem" : problems.size() + " problems")
                + ":\n  " + String.join("\n  ", problems);
    }

    /** The problems, each as {@code <key> was '<value>' but it must <rule>}. */
    public List<String> problems() {
        return problems;
    }
}
