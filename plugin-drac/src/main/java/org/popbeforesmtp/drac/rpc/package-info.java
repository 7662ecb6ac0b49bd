// SPDX-License-Identifier: Apache-2.0
/** As much of ONC RPC (RFC 5531) as a small server needs: calls and answers in XDR (RFC 4506), over UDP and TCP. */
@NullMarked
package org.popbeforesmtp.drac.rpc;

import org.jspecify.annotations.NullMarked;
