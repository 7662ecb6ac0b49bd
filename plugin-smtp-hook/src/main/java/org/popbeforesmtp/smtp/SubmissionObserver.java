// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import com.google.inject.Inject;
import org.apache.commons.configuration2.Configuration;
import org.apache.james.core.MaybeSender;
import org.apache.james.core.Username;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.GrantEvents;

/**
 * Records who sends with SMTP AUTH, so that the usage report shows who no longer needs grants. It decides nothing. The
 * operator names it in the {@code <handlerchain>} of the submission ports, which have no {@link RelayGrantHook}.
 */
public final class SubmissionObserver implements MailHook {

    private final GrantEvents events;

    @Inject
    public SubmissionObserver(PopBeforeSmtp product) {
        this(product.events());
    }

    SubmissionObserver(GrantEvents events) {
        this.events = events;
    }

    @Override
    public void init(Configuration config) {
        // There is nothing to set.
    }

    @Override
    public void destroy() {
        // There is nothing to close.
    }

    @Override
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        try {
            observe(session, events);
        } catch (Throwable e) {
            // Even if counting fails, the mail is accepted.
            events.failed("Recording a use of SMTP AUTH", e);
        }
        return HookResult.DECLINED;
    }

    static void observe(SMTPSession session, GrantEvents events) {
        Username user = session.getUsername();
        if (user != null) {
            events.authenticated(user.asString());
        }
    }
}
