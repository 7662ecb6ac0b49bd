// SPDX-License-Identifier: Apache-2.0
/** The way into James: what Guice makes, and James's own answers, metrics and logs. */
@NullMarked
package org.popbeforesmtp.james;

import org.jspecify.annotations.NullMarked;
