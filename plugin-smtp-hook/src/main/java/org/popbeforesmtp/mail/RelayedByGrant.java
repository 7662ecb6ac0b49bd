// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;

/**
 * Matches mail that was accepted on a grant, all recipients of it or none:
 *
 * <pre>{@code <mailet match="org.popbeforesmtp.mail.RelayedByGrant" class="..."/>}</pre>
 *
 * It only reads the stamp on the mail; the store is not asked again.
 */
public final class RelayedByGrant extends GenericMatcher {

    // Without a throws clause: the exception class that the parent names is another one in later versions of James.
    @Override
    public Collection<MailAddress> match(Mail mail) {
        return RelayStamp.isOn(mail) ? mail.getRecipients() : List.of();
    }
}
