// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

/**
 * What the mail server knows of users, domains and sender addresses. May wait for the server's own user base; throws what
 * that throws if it cannot tell.
 */
public interface Senders {

    /** Whether this server hosts a domain. */
    boolean isLocalDomain(String domain);

    /** Whether there is such a user now. */
    boolean exists(String user);

    /**
     * Whether a user may send from an address, aliases included.
     *
     * @param address of a domain that this server hosts
     */
    boolean maySendFrom(String user, String address);
}
