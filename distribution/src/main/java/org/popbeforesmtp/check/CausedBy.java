// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

/** The cause of a failure, on one line. */
final class CausedBy {

    private CausedBy() {}

    static String message(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause().getMessage() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }
}
