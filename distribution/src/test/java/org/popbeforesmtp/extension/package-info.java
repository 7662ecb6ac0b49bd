// SPDX-License-Identifier: Apache-2.0
/** Classes of an operator's own that a test puts into a jar beside ours. */
@NullMarked
package org.popbeforesmtp.extension;

import org.jspecify.annotations.NullMarked;
