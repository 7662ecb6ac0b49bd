// SPDX-License-Identifier: Apache-2.0
/** Where clients connect from: addresses and networks, compared by their bytes and never by their text. */
@NullMarked
package org.popbeforesmtp.address;

import org.jspecify.annotations.NullMarked;
