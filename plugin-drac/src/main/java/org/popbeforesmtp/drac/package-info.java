// SPDX-License-Identifier: Apache-2.0
/**
 * A DRAC server: POP3 servers that were patched for DRAC (Dynamic Relay Authorization Control) report the addresses of
 * their users over ONC RPC (RFC 5531), and each report becomes a grant.
 */
@NullMarked
package org.popbeforesmtp.drac;

import org.jspecify.annotations.NullMarked;
