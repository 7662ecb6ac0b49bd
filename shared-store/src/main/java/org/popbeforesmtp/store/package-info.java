// SPDX-License-Identifier: Apache-2.0
/** Grants, and the contract of the stores that keep them. */
@NullMarked
package org.popbeforesmtp.store;

import org.jspecify.annotations.NullMarked;
