// SPDX-License-Identifier: Apache-2.0
/** Who still depends on grants, day by day, and who uses SMTP AUTH already. */
@NullMarked
package org.popbeforesmtp.usage;

import org.jspecify.annotations.NullMarked;
