// SPDX-License-Identifier: Apache-2.0
/** What an operator can set, read and checked as a whole. */
@NullMarked
package org.popbeforesmtp.config;

import org.jspecify.annotations.NullMarked;
