// SPDX-License-Identifier: Apache-2.0
/** How many recipients elsewhere somebody has named within the last hour, on all nodes together. */
@NullMarked
package org.popbeforesmtp.quota;

import org.jspecify.annotations.NullMarked;
