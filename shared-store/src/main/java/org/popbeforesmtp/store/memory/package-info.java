// SPDX-License-Identifier: Apache-2.0
/** Grants in the memory of this process. */
@NullMarked
package org.popbeforesmtp.store.memory;

import org.jspecify.annotations.NullMarked;
