// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.model.MailboxPath;

/** The inboxes of James's users. */
final class JamesInboxes implements RetirementNotice.Inboxes {

    private final MailboxManager mailboxes;

    JamesInboxes(MailboxManager mailboxes) {
        this.mailboxes = mailboxes;
    }

    @Override
    public void append(String user, byte[] message) throws Exception {
        MailboxSession session = mailboxes.createSystemSession(Username.of(user));
        inbox(session).appendMessage(MessageManager.AppendCommand.builder().build(message), session);
    }

    private MessageManager inbox(MailboxSession session) throws Exception {
        MailboxPath path = MailboxPath.inbox(session);
        try {
            return mailboxes.getMailbox(path, session);
        } catch (MailboxNotFoundException e) {
            mailboxes.createMailbox(path, session);
            return mailboxes.getMailbox(path, session);
        }
    }
}
