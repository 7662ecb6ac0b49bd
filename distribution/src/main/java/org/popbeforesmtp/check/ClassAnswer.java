// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

/** Whether James will find a class. */
enum ClassAnswer {
    THERE,
    MISSING,
    /** It is there, and not of the kind that James needs at this place. */
    WRONG_KIND,
    /** James's own jars would have to be seen. */
    UNKNOWN
}
