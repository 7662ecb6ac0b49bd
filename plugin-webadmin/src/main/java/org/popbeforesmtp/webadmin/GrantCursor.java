// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * Where a page of a listing ended, so that the next one begins there whatever came or went meanwhile: behind all grants of
 * an address or, where a page ends within an address, behind one of its holders. As text it is the address, or
 * {@code address,encrypted,holder} with the holder in base64url, which a URL takes as it is.
 */
final class GrantCursor {

    private static final String RULE = "must be an IPv4 or IPv6 address, or what next was in the answer before";

    private final ClientAddress address;
    private final Optional<Login> holder;

    private GrantCursor(ClientAddress address, Optional<Login> holder) {
        this.address = address;
        this.holder = holder;
    }

    /** Between two neighbours in {@link Grant#ORDER}, of which only the second is still to come. */
    static GrantCursor between(Grant last, Grant next) {
        boolean sameAddress = last.address().equals(next.address());
        return new GrantCursor(last.address(), Optional.of(last.login()).filter(login -> sameAddress));
    }

    /**
     * Reads the text of a cursor.
     *
     * @throws IllegalArgumentException that says "must ..." if it is none
     */
    static GrantCursor parse(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 1 && !(parts.length == 3 && parts[1].matches("true|false"))) {
            throw new IllegalArgumentException(RULE);
        }
        try {
            ClientAddress address = ClientAddress.parse(parts[0]);
            return parts.length == 1
                    ? new GrantCursor(address, Optional.empty())
                    : new GrantCursor(address, Optional.of(holder(address, parts[1].equals("true"), parts[2])));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE, e);
        }
    }

    private static Login holder(ClientAddress address, boolean encrypted, String base64) {
        String user = new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
        return Login.ofStored(address, user, Protocol.MANUAL, encrypted);
    }

    /** What of a query follows this place. */
    GrantQuery restOf(GrantQuery query) {
        return holder.map(query::after).orElseGet(() -> query.after(address));
    }

    @Override
    public String toString() {
        return address
                + holder.map(login -> "," + login.encrypted() + ","
                                + base64(login.user().orElse("")))
                        .orElse("");
    }

    private static String base64(String user) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
}
