// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

/**
 * What an SMTP server answered.
 *
 * @param text without the codes in front of each line; the lines of a long reply are separated by a newline
 */
public record Reply(int code, String text) {

    public boolean isPositive() {
        return code < 400;
    }

    @Override
    public String toString() {
        return code + " " + text;
    }
}
