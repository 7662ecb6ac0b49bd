// SPDX-License-Identifier: Apache-2.0
/** The product's stores beside James's own map, Caffeine and a map, measured with JMH. */
@NullMarked
package org.popbeforesmtp.benchmarks;

import org.jspecify.annotations.NullMarked;
