// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

/** The answer to a DRAC client about the address that it asked to add. */
enum DracResult {

    /** The address may relay now. */
    SUCCESS(0),

    /** The caller is not allowed to add addresses, or this one must not be added. */
    PERMISSION_DENIED(1),

    /** It could not be done now, because the store did not answer or there are too many calls. */
    SYSTEM_ERROR(2);

    /** The number on the wire. */
    final int code;

    DracResult(int code) {
        this.code = code;
    }
}
