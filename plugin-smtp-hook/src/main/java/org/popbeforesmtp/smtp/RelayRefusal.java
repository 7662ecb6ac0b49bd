// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.util.Set;
import org.apache.james.protocols.smtp.SMTPRetCode;
import org.apache.james.protocols.smtp.core.AbstractAuthRequiredToRelayRcptHook;
import org.apache.james.protocols.smtp.core.AbstractSenderAuthIdentifyVerificationHook;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.config.OnStoreFailure;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RefusalTexts;

/** Recognises James's refusals to relay, and explains them: the reply code stays James's, the text becomes ours. */
final class RelayRefusal {

    private static final Set<String> CODES = Set.of(SMTPRetCode.MAILBOX_PERM_UNAVAILABLE, SMTPRetCode.AUTH_REQUIRED);

    /** Added in James 3.10; a name, because the class is not there before. */
    private static final String AUTH_REQUIRED_HOOK = "org.apache.james.smtpserver.AuthRequiredHook";

    private final RefusalTexts texts;
    private final OnStoreFailure onStoreFailure;

    RelayRefusal(RefusalTexts texts, OnStoreFailure onStoreFailure) {
        this.texts = texts;
        this.onStoreFailure = onStoreFailure;
    }

    /** Whether a result is a refusal that a grant would have prevented. */
    static boolean is(HookResult result, Hook hook) {
        return result.getResult().getAction() == HookReturnCode.Action.DENY
                && CODES.contains(String.valueOf(result.getSmtpRetCode()))
                && (hook instanceof AbstractAuthRequiredToRelayRcptHook
                        || hook instanceof AbstractSenderAuthIdentifyVerificationHook
                        || hook.getClass().getName().equals(AUTH_REQUIRED_HOOK));
    }

    /** The refusal with its reason. */
    HookResult explain(HookResult refusal, Reason reason, ClientAddress client) {
        if (reason != Reason.UNKNOWN) {
            return reply(HookReturnCode.deny(), refusal.getSmtpRetCode(), texts.withStatus(reason, client));
        }
        return onStoreFailure == OnStoreFailure.TEMPFAIL
                ? reply(HookReturnCode.denySoft(), SMTPRetCode.LOCAL_ERROR, texts.withStatus(reason, client))
                : refusal;
    }

    private static HookResult reply(HookReturnCode code, String smtpCode, String text) {
        return HookResult.builder()
                .hookReturnCode(code)
                .smtpReturnCode(smtpCode)
                .smtpDescription(text)
                .build();
    }
}
