// SPDX-License-Identifier: Apache-2.0
/** What a long-running process needs whatever it is for: tasks that repeat, and a limit on log lines. */
@NullMarked
package org.popbeforesmtp.runtime;

import org.jspecify.annotations.NullMarked;
