// SPDX-License-Identifier: Apache-2.0
/** Blocks: addresses and users that an administrator keeps from relaying on grants for a while. */
@NullMarked
package org.popbeforesmtp.block;

import org.jspecify.annotations.NullMarked;
