// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import java.util.Locale;
import org.apache.mailet.Mail;

/**
 * Whether a mail was sent automatically according to its header (RFC 3834). The message class, and so the method that
 * returns it, has another name in later versions of James: both are looked up by name.
 */
final class AutoSubmitted {

    private static final String HEADER = "Auto-Submitted";

    private AutoSubmitted() {}

    /**
     * Whether it is automatic.
     *
     * @throws IllegalStateException if the header cannot be read
     */
    static boolean isAutomatic(Mail mail) {
        try {
            Object message = Mail.class.getMethod("getMessage").invoke(mail);
            String[] values = (String[])
                    message.getClass().getMethod("getHeader", String.class).invoke(message, HEADER);
            return values != null && !isNo(values[0]);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the header " + HEADER + " cannot be read", e);
        }
    }

    private static boolean isNo(String value) {
        return value.split("[;(]", 2)[0].trim().toLowerCase(Locale.ROOT).equals("no");
    }
}
