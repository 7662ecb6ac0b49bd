// SPDX-License-Identifier: Apache-2.0
/** How mail shows that it was accepted on a grant, and the matcher and mailet that use it. */
@NullMarked
package org.popbeforesmtp.mail;

import org.jspecify.annotations.NullMarked;
