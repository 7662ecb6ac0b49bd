// SPDX-License-Identifier: Apache-2.0
/** How the clients of a program find its port: registration with the rpcbind of this host, or a port mapper of our own. */
@NullMarked
package org.popbeforesmtp.drac.portmapper;

import org.jspecify.annotations.NullMarked;
