// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

/** A request for something that does not exist; the message says what. */
final class NotFound extends RuntimeException {

    NotFound(String message) {
        super(message);
    }
}
