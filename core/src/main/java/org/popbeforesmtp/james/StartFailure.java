// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

/** Why James does not start. It has no frames, so that what James writes at its end ends in these words. */
final class StartFailure extends RuntimeException {

    StartFailure(String message) {
        super(message, null, false, false);
    }
}
