// SPDX-License-Identifier: Apache-2.0
/** What James's POP3 server calls. */
@NullMarked
package org.popbeforesmtp.pop3;

import org.jspecify.annotations.NullMarked;
