// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.util.stream.Stream;

/** One configuration of each kind, in every build. The rest of the table is in {@code CheckAgreesOn...IT}, by subject. */
class CheckAgreesWithJamesIT extends CheckAgreement {

    static Stream<Row> rows() {
        return Stream.of(
                works("as it ships", james -> {}),
                grantsNothing(
                        "POP3 is off",
                        james -> james.pop3(
                                xml -> xml.setAttribute("//pop3server", "enabled", "${env:NOT_SET:-false}"))),
                openRelay("everybody, by a variable with a default", "${env:NOT_SET:-*}"),
                doesNotStart("the hook twice", replace("smtpserver.xml", HOOK, HOOK + HOOK)));
    }
}
