// SPDX-License-Identifier: Apache-2.0
package org.apache.james.smtpserver;

import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPRetCode;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MailHook;

/** Stands for the hook of that name in James 3.10, which refuses every sender who has not authenticated. */
public final class AuthRequiredHook implements MailHook {

    @Override
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        return session.isRelayingAllowed()
                ? HookResult.DECLINED
                : HookResult.builder()
                        .hookReturnCode(HookReturnCode.deny())
                        .smtpReturnCode(SMTPRetCode.AUTH_REQUIRED)
                        .smtpDescription("5.7.1 Authentication Required")
                        .build();
    }
}
