// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.popbeforesmtp.address.ClientAddress;

/** An address that too many users share, in JSON. */
@JsonPropertyOrder({"address", "users"})
final class SharedAddress {

    private final ClientAddress address;
    private final long users;

    SharedAddress(ClientAddress address, long users) {
        this.address = address;
        this.users = users;
    }

    public String getAddress() {
        return address.toString();
    }

    /** How many different users have a grant there, as far as the store keeps them. */
    public long getUsers() {
        return users;
    }
}
