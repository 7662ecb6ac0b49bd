// SPDX-License-Identifier: Apache-2.0
/** The integration with James: what Guice creates, and James's own answers, metrics and logs. */
@NullMarked
package org.popbeforesmtp.james;

import org.jspecify.annotations.NullMarked;
