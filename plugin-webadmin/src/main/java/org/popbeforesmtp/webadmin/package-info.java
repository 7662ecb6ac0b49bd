// SPDX-License-Identifier: Apache-2.0
/** What James's WebAdmin serves: the grants, blocks and usage, and the health of the store. */
@NullMarked
package org.popbeforesmtp.webadmin;

import org.jspecify.annotations.NullMarked;
