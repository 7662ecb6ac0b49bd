// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** The handlers of the chains, ours and James's, and the commands of IMAP. A row takes up to ten seconds. */
@Tag("real-peers")
class CheckAgreesOnHandlersIT extends CheckAgreement {

    static Stream<Row> rows() {
        return Stream.of(
                works("the recorder twice", replace("pop3server.xml", RECORDER, RECORDER + RECORDER)),
                works(
                        "the hook behind the others",
                        replace("smtpserver.xml", HOOK, "<!-- -->")
                                .andThen(james ->
                                        james.replace("smtpserver.xml", "</handlerchain>", HOOK + "</handlerchain>"))),
                works("IMAP beside POP3", JamesBuilder::withImap),
                works(
                        "IMAP alone",
                        james -> james.withImap()
                                .imap(xml -> xml.set("//imapserver", "proxyRequired", "true"))
                                .pop3(xml -> xml.setAttribute("//pop3server", "enabled", "false"))),
                grantsNothing(
                        "IMAP alone, and without us",
                        james -> james.withImap()
                                .imap(xml -> xml.remove("//imapPackages"))
                                .pop3(xml -> xml.setAttribute("//pop3server", "enabled", "false"))),
                doesNotStart(
                        "a package of IMAP commands that does not exist",
                        james -> james.withImap().replace("imapserver.xml", "ImapLoginRecorder", "ImapRecorder")),
                doesNotStart(
                        "IMAP commands twice",
                        james -> james.withImap()
                                .replace(
                                        "imapserver.xml",
                                        "</imapPackages>",
                                        "</imapPackages><imapPackages>"
                                                + "org.apache.james.modules.protocols.ImapPackage$DefaultAuth"
                                                + "</imapPackages>")),
                grantsNothing("no hook", replace("smtpserver.xml", HOOK, "")),
                grantsNothing("no recorder", replace("pop3server.xml", RECORDER, "")),
                grantsNothing(
                        "the two handlers in each other's file",
                        replace("smtpserver.xml", HOOK, RECORDER)
                                .andThen(james -> james.replace("pop3server.xml", RECORDER, HOOK))),
                grantsNothing(
                        "logins over TLS alone, and no TLS",
                        james -> james.with("login.requireTls", "true").pop3(xml -> xml.remove("//tls"))),
                grantsNothing(
                        "James's own handler",
                        replace(
                                "smtpserver.xml",
                                HOOK,
                                HOOK + "<handler class=\"org.apache.james.smtpserver.POP3BeforeSMTPHandler\"/>")),
                doesNotStart(
                        "blanks in a class name", replace("smtpserver.xml", "RelayGrantHook\"", "RelayGrantHook \"")),
                doesNotStart(
                        "a class that does not exist", replace("pop3server.xml", "Pop3LoginRecorder", "LoginRecorder")),
                doesNotStart(
                        "a class of James that does not exist",
                        replace("smtpserver.xml", "ValidRcptHandler", "NoHandler")),
                doesNotStart(
                        "two handler chains",
                        replace("smtpserver.xml", "</handlerchain>", "</handlerchain><handlerchain/>")),
                doesNotStart("no handler chain", james -> james.smtp(xml -> xml.remove("//handlerchain"))));
    }
}
