// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.Set;

/**
 * What the mail server knows of users, domains and sender addresses. May wait for the server's own user repository, and
 * throws what that throws if it cannot answer.
 */
public interface Senders {

    /** Whether this server hosts a domain. */
    boolean isLocalDomain(String domain);

    /** Whether there is such a user now. */
    boolean exists(String user);

    /**
     * The name of the user whose own address this is, whether or not there is such a user.
     *
     * @param address of a domain that this server hosts
     */
    String userOf(String address);

    /**
     * The users whom an address is an alias of, whether or not they exist; empty if it is no alias. One query, however
     * many users there are, but it may cost the mail server several look-ups.
     *
     * @param address of a domain that this server hosts
     */
    Set<String> usersByAlias(String address);
}
