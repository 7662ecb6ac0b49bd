// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

/** Bytes that are not what the protocol wants here. It comes from the network in masses, so it carries no stack trace. */
final class GarbledMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    GarbledMessageException(String message) {
        super(message, null, false, false);
    }
}
