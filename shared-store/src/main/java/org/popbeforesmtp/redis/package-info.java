// SPDX-License-Identifier: Apache-2.0
/** A client of Redis whose callers never wait longer than they want to. It knows nothing of grants. */
@NullMarked
package org.popbeforesmtp.redis;

import org.jspecify.annotations.NullMarked;
