// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

/** Whether James will find a class. */
enum ClassAnswer {
    THERE,
    MISSING,
    /** It exists, but is not of the kind that James needs here. */
    WRONG_KIND,
    /** It cannot be known without James's own jars. */
    UNKNOWN
}
