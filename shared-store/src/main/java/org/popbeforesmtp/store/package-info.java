// SPDX-License-Identifier: Apache-2.0
/**
 * What the stores keep, and the contract of those that keep it: grants, and small values with an end. Who gets a grant, who
 * may use one and what a value means is not theirs to know.
 */
@NullMarked
package org.popbeforesmtp.store;

import org.jspecify.annotations.NullMarked;
