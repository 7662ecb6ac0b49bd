// SPDX-License-Identifier: Apache-2.0
/** What James's SMTP server calls. */
@NullMarked
package org.popbeforesmtp.smtp;

import org.jspecify.annotations.NullMarked;
