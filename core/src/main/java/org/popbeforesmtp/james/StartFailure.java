// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

/** Why James does not start. It has no stack frames, so that James's last output ends with this message. */
final class StartFailure extends RuntimeException {

    StartFailure(String message) {
        super(message, null, false, false);
    }
}
