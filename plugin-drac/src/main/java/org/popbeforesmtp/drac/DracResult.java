// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

/** What a DRAC client is told about the address that it wanted to add. */
enum DracResult {

    /** The address may relay now. */
    SUCCESS(0),

    /** The caller is not allowed to add addresses, or this one must not be added. */
    PERMISSION_DENIED(1),

    /** It could not be done now, because the store did not answer or there is too much to do. */
    SYSTEM_ERROR(2);

    /** The number on the wire. */
    final int code;

    DracResult(int code) {
        this.code = code;
    }
}
