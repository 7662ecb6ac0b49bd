// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.james.protocols.smtp.SMTPRetCode;
import org.apache.james.protocols.smtp.core.AbstractAuthRequiredToRelayRcptHook;
import org.apache.james.protocols.smtp.core.AbstractSenderAuthIdentifyVerificationHook;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.config.OnStoreFailure;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RefusalTexts;

/** Recognises James's refusals to relay, and explains them: James's reply code stays, the text is replaced. */
final class RelayRefusal {

    private static final Set<String> CODES = Set.of(SMTPRetCode.MAILBOX_PERM_UNAVAILABLE, SMTPRetCode.AUTH_REQUIRED);

    /** RFC 5321 4.5.3.1.10: the client sends the rest later by itself. */
    private static final String TOO_MANY_RECIPIENTS = "452";

    /** Added in James 3.10; a name, because the class is not there before. */
    private static final String AUTH_REQUIRED_HOOK = "org.apache.james.smtpserver.AuthRequiredHook";

    /**
     * Handlers that refuse permanently and skip clients that may relay. Names, because the classes need not be there.
     */
    private static final Set<String> CHECKS_THAT_A_RIGHT_SPARES = Set.of(
            "org.apache.james.protocols.smtp.core.fastfail.DNSRBLHandler",
            "org.apache.james.smtpserver.fastfail.SPFHandler");

    private final Supplier<RefusalTexts> texts;
    private final Supplier<OnStoreFailure> onStoreFailure;

    RelayRefusal(Supplier<RefusalTexts> texts, Supplier<OnStoreFailure> onStoreFailure) {
        this.texts = texts;
        this.onStoreFailure = onStoreFailure;
    }

    /** Whether a result is a refusal that the right to relay would have prevented. */
    static boolean is(HookResult result, Hook hook) {
        return result.getResult().getAction() == HookReturnCode.Action.DENY
                && (isOfRelaying(hook)
                        ? CODES.contains(String.valueOf(result.getSmtpRetCode()))
                        : isOneOf(CHECKS_THAT_A_RIGHT_SPARES, hook.getClass()));
    }

    /**
     * Whether a hook refuses because of the missing right, and not for another reason that the right would override.
     */
    static boolean isOfRelaying(Hook hook) {
        return hook instanceof AbstractAuthRequiredToRelayRcptHook
                || hook instanceof AbstractSenderAuthIdentifyVerificationHook
                || hook.getClass().getName().equals(AUTH_REQUIRED_HOOK);
    }

    private static boolean isOneOf(Set<String> names, @Nullable Class<?> hook) {
        return hook != null && (names.contains(hook.getName()) || isOneOf(names, hook.getSuperclass()));
    }

    /**
     * The refusal with its reason.
     *
     * @param offersAuth whether the client can use SMTP AUTH at this port
     */
    HookResult explain(HookResult refusal, Reason reason, ClientAddress client, boolean offersAuth) {
        if (reason == Reason.OBSERVED
                || (reason == Reason.UNKNOWN && onStoreFailure.get() != OnStoreFailure.TEMPFAIL)) {
            return refusal;
        }
        String text = texts.get().withStatus(reason, client, offersAuth);
        return reason == Reason.BROWNOUT || reason == Reason.UNKNOWN
                ? reply(HookReturnCode.denySoft(), SMTPRetCode.LOCAL_ERROR, text)
                : reply(HookReturnCode.deny(), refusal.getSmtpRetCode(), text);
    }

    /**
     * The refusal of a recipient whom a user may not name yet. This refusal is the hook's own, not James's.
     *
     * @param goesOnAt when the user may name another one
     */
    HookResult ofLimit(ClientAddress client, Instant goesOnAt, boolean offersAuth) {
        return reply(HookReturnCode.denySoft(), TOO_MANY_RECIPIENTS, texts.get().ofLimit(client, goesOnAt, offersAuth));
    }

    private static HookResult reply(HookReturnCode code, @Nullable String smtpCode, String text) {
        HookResult.Builder reply = HookResult.builder().hookReturnCode(code).smtpDescription(text);
        // Without one James takes the code that it would have taken for its own text.
        return smtpCode == null ? reply.build() : reply.smtpReturnCode(smtpCode).build();
    }
}
