// SPDX-License-Identifier: Apache-2.0
/** How many recipients each user has named within the last hour. */
@NullMarked
package org.popbeforesmtp.quota;

import org.jspecify.annotations.NullMarked;
