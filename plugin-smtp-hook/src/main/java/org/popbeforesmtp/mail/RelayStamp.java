// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import java.util.Optional;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/** The attributes of a mail that was accepted on a grant: who logged in, from where, and when (ISO 8601). */
public final class RelayStamp {

    public static final AttributeName USER = AttributeName.of("org.popbeforesmtp.user");
    public static final AttributeName ADDRESS = AttributeName.of("org.popbeforesmtp.address");
    public static final AttributeName LOGIN_AT = AttributeName.of("org.popbeforesmtp.loginAt");

    private RelayStamp() {}

    /** Stamps a mail. A grant that names no user leaves the user out. */
    public static void put(Mail mail, ClientAddress client, Grant grant) {
        grant.user().ifPresent(user -> mail.setAttribute(new Attribute(USER, AttributeValue.of(user))));
        mail.setAttribute(new Attribute(ADDRESS, AttributeValue.of(client.toString())));
        mail.setAttribute(
                new Attribute(LOGIN_AT, AttributeValue.of(grant.grantedAt().toString())));
    }

    public static boolean isOn(Mail mail) {
        return mail.getAttribute(ADDRESS).isPresent();
    }

    /** Who logged in; nothing if the mail was not accepted on a grant, or on one that names no user. */
    static Optional<String> user(Mail mail) {
        return text(mail, USER);
    }

    /** Where the mail came from. */
    static Optional<String> address(Mail mail) {
        return text(mail, ADDRESS);
    }

    private static Optional<String> text(Mail mail, AttributeName name) {
        return mail.getAttribute(name)
                .map(attribute -> attribute.getValue().value().toString())
                .filter(text -> !text.isEmpty());
    }
}
