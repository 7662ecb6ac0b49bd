// SPDX-License-Identifier: Apache-2.0
/** Who may use a grant. The same code decides for the SMTP hook, for WebAdmin and for {@code explain}. */
@NullMarked
package org.popbeforesmtp.policy;

import org.jspecify.annotations.NullMarked;
