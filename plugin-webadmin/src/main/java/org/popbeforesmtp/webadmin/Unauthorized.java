// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

/** A request of somebody who has not shown that they may send it. */
final class Unauthorized extends RuntimeException {

    Unauthorized(String message) {
        super(message);
    }
}
