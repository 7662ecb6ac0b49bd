// SPDX-License-Identifier: Apache-2.0
/** Grants in a Redis that several nodes share. */
@NullMarked
package org.popbeforesmtp.store.redis;

import org.jspecify.annotations.NullMarked;
