// SPDX-License-Identifier: Apache-2.0
/** The story of the README, told by a real James on the terminal. */
@NullMarked
package org.popbeforesmtp.demo;

import org.jspecify.annotations.NullMarked;
