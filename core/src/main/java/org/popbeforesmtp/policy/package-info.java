// SPDX-License-Identifier: Apache-2.0
/** Who may use a grant. One piece of code decides for the SMTP hook, for WebAdmin and for the operator who asks why. */
@NullMarked
package org.popbeforesmtp.policy;

import org.jspecify.annotations.NullMarked;
