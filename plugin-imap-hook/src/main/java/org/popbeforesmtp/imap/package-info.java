// SPDX-License-Identifier: Apache-2.0
/** What James's IMAP server calls. */
@NullMarked
package org.popbeforesmtp.imap;

import org.jspecify.annotations.NullMarked;
