// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.popbeforesmtp.address.ClientAddress;

/** Which of the users who logged in from an address would be relayed now, and why or why not, in JSON. */
@JsonPropertyOrder({"address", "explanations"})
final class Explanations {

    private final ClientAddress client;
    private final List<Explanation> each;

    Explanations(ClientAddress client, List<Explanation> each) {
        this.client = client;
        this.each = each;
    }

    public String getAddress() {
        return client.toString();
    }

    /** One for each user with a grant here; if there is none, the one that any user would get. */
    public List<Explanation> getExplanations() {
        return each;
    }
}
