// SPDX-License-Identifier: Apache-2.0
/** The grant stores beside what could stand in their place: JMH benchmarks, and the report they end in. */
@NullMarked
package org.popbeforesmtp.benchmarks;

import org.jspecify.annotations.NullMarked;
