// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

/** A request without the credentials for it. */
final class Unauthorized extends RuntimeException {

    Unauthorized(String message) {
        super(message);
    }
}
