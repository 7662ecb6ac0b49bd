// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * One field of a hash of grants, as docs/redis.md describes it. The field says who holds the grant: {@code tls bob} or
 * {@code plain bob}, with no name if the user is unknown. The value says what it is: {@code pop3 <begin> <end>}, in
 * milliseconds of Redis's clock. What another release may have added is ignored.
 */
final class GrantFields {

    private static final Pattern NAME = Pattern.compile("(tls|plain) (.*)", Pattern.DOTALL);
    private static final Pattern VALUE =
            Pattern.compile("([a-z0-9-]{1,16}) (\\d{1,15}) (\\d{1,15})(?: .*)?", Pattern.DOTALL);

    private GrantFields() {}

    static String nameOf(Login login) {
        return nameOf(login.user().orElse(""), login.encrypted());
    }

    static String nameOf(String user, boolean encrypted) {
        return (encrypted ? "tls " : "plain ") + user;
    }

    /** The grant with the times of Redis; nothing if this release does not understand it. */
    static Optional<Grant> read(ClientAddress address, String name, String value) {
        Matcher holder = NAME.matcher(name);
        Matcher content = VALUE.matcher(value);
        if (!holder.matches() || !content.matches()) {
            return Optional.empty();
        }
        boolean encrypted = holder.group(1).equals("tls");
        try {
            Login login = Login.ofStored(address, holder.group(2), Protocol.of(content.group(1)), encrypted);
            return Optional.of(
                    Grant.ofEpochMillis(login, Long.parseLong(content.group(2)), Long.parseLong(content.group(3))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
