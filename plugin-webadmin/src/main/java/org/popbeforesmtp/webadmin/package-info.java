// SPDX-License-Identifier: Apache-2.0
/** What James's WebAdmin serves: the grants, and whether the store is well. */
@NullMarked
package org.popbeforesmtp.webadmin;

import org.jspecify.annotations.NullMarked;
