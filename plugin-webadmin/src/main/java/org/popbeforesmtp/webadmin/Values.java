// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.Optional;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;

/** Parses the values of a request. Each method throws "must ..." for a text that is not valid. */
final class Values {

    private Values() {}

    /** A user's name in lower case, as James writes it. */
    static String user(String text) {
        try {
            return Username.of(text.strip()).asString();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "must be the name of a user, such as bob@example.com (in a URL a + stands for a blank; curl --data-urlencode writes it right)",
                    e);
        }
    }

    /** An address in MAIL FROM, as the SMTP server reads it; the null sender if the text is empty. */
    static Optional<String> sender(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(new MailAddress(text).asString());
        } catch (Exception e) {
            // The checked exception has another name in later versions of James.
            throw new IllegalArgumentException(
                    "must be an address such as bob@example.com, or empty for the null sender"
                            + " (in a URL a + stands for a blank; curl --data-urlencode writes it right)",
                    e);
        }
    }

    /** A whole number within bounds. */
    static int number(String text, int least, int most) {
        long number = text.matches("\\d{1,10}") ? Long.parseLong(text) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
        }
        return (int) number;
    }
}
