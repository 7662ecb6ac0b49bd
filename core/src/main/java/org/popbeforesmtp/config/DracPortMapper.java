// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

/** How the clients of the DRAC listener find its port. */
public enum DracPortMapper {

    /** From the rpcbind of this host, with which the listener registers. */
    REGISTER,

    /** From the listener itself, which answers on port 111. */
    EMBEDDED,

    /** Not at all: they know the port. */
    NONE
}
