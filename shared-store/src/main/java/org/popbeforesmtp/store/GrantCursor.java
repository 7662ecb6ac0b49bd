// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/**
 * Where a page of a listing ended, so that the next one begins there whatever came or went meanwhile: behind all grants of
 * an address or, where a page ends within an address, behind one of its holders. As text it is the address, or
 * {@code address,encrypted,holder} with the holder in base64url, which a URL takes as it is.
 */
public final class GrantCursor {

    private static final String RULE = "must be an IPv4 or IPv6 address, or what next was in the answer before";

    private static final Comparator<Grant> BY_HOLDER =
            Comparator.comparing(GrantCursor::holder).thenComparing(Grant::encrypted);

    private final ClientAddress address;
    private final @Nullable Grant last;

    private GrantCursor(ClientAddress address, @Nullable Grant last) {
        this.address = address;
        this.last = last;
    }

    /** Behind all grants of an address. */
    public static GrantCursor behind(ClientAddress address) {
        return new GrantCursor(address, null);
    }

    /** Between two neighbours in {@link Grant#ORDER}, of which only the second is still to come. */
    public static GrantCursor between(Grant last, Grant next) {
        boolean sameAddress = last.address().equals(next.address());
        return new GrantCursor(last.address(), sameAddress ? last : null);
    }

    /**
     * Reads the text of a cursor.
     *
     * @throws IllegalArgumentException that says "must ..." if it is none
     */
    public static GrantCursor parse(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 1 && !(parts.length == 3 && parts[1].matches("true|false"))) {
            throw new IllegalArgumentException(RULE);
        }
        try {
            ClientAddress address = ClientAddress.parse(parts[0]);
            return parts.length == 1
                    ? behind(address)
                    : new GrantCursor(address, position(address, holderOf(parts[2]), Boolean.parseBoolean(parts[1])));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE, e);
        }
    }

    private static String holderOf(String base64) {
        return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static Grant position(ClientAddress address, String user, boolean encrypted) {
        Login login = user.isEmpty()
                ? Login.ofUnknownUser(address, Protocol.MANUAL, encrypted)
                : Login.of(address, user, Protocol.MANUAL, encrypted);
        return Grant.ofEpochMillis(login, 0, 0);
    }

    /** Whether a grant is behind this place. */
    boolean isBefore(Grant grant) {
        int byAddress = address.compareTo(grant.address());
        return byAddress < 0
                || (byAddress == 0
                        && Optional.ofNullable(last)
                                .filter(position -> BY_HOLDER.compare(position, grant) < 0)
                                .isPresent());
    }

    private static String holder(Grant grant) {
        return grant.user().orElse("");
    }

    @Override
    public String toString() {
        if (last == null) {
            return address.toString();
        }
        String holder = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(holder(last).getBytes(StandardCharsets.UTF_8));
        return address + "," + last.encrypted() + "," + holder;
    }
}
