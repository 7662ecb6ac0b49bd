// SPDX-License-Identifier: Apache-2.0
/** {@code java -jar james-pop-before-smtp-<version>.jar check <conf>}: what an operator runs before a restart. */
@NullMarked
package org.popbeforesmtp.check;

import org.jspecify.annotations.NullMarked;
