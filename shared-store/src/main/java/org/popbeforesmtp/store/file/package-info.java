// SPDX-License-Identifier: Apache-2.0
/** Grants in memory with a file behind it, so that they survive a restart. */
@NullMarked
package org.popbeforesmtp.store.file;

import org.jspecify.annotations.NullMarked;
