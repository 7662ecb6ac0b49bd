// SPDX-License-Identifier: Apache-2.0
/** Tests of the extension jar in a James that runs in a process of its own, and what they need to talk to it. */
@NullMarked
package org.popbeforesmtp.e2e;

import org.jspecify.annotations.NullMarked;
