// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.EnumMap;
import java.util.Map;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RefusalTexts;

/**
 * The keys {@code refusal.*}: the texts of refusals. A text that is set to its default does not count as the operator's
 * own.
 */
final class RefusalKeys {

    private static final int LONGEST_MESSAGE = 400;
    private static final int LONGEST_HELP = 200;

    private RefusalKeys() {}

    static RefusalTexts read(ConfigurationReader in, PolicySettings policy) {
        Map<Reason, String> own = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            String text =
                    in.read(reason.key(), reason.text(), Parsers.template(LONGEST_MESSAGE, reason.placeholders()));
            if (!text.equals(reason.text())) {
                own.put(reason, text);
            }
        }
        RefusalTexts texts = RefusalTexts.of(own, in.read("refusal.help", "", Parsers.asciiText(LONGEST_HELP)), policy);
        own.forEach((reason, text) -> {
            if (texts.longest(reason) > RefusalTexts.LIMIT) {
                in.reject(
                        reason.key(),
                        text,
                        "must, with address and help filled in, fit into " + RefusalTexts.LIMIT + " characters");
            }
        });
        String brownout = own.getOrDefault(Reason.BROWNOUT, "");
        if (brownout.contains("{date}") && policy.retirement().date().isEmpty()) {
            in.reject(Reason.BROWNOUT.key(), brownout, "must not name {date} without a valid retirement.date");
        }
        return texts;
    }
}
