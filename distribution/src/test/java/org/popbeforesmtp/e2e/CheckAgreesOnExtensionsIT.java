// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** What WebAdmin, the container of mailets and James itself load, and what they read. A row takes up to ten seconds. */
@Tag("real-peers")
class CheckAgreesOnExtensionsIT extends CheckAgreement {

    static Stream<Row> rows() {
        return Stream.of(
                doesNotStart("a store where no file can be", james -> james.with("file.path", "file:///proc/x")),
                doesNotStart(
                        "a route that does not exist",
                        james -> james.file(
                                "webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.Routes\n")),
                doesNotStart(
                        "a route that is none",
                        james -> james.file(
                                "webadmin.properties", "extensions.routes=org.popbeforesmtp.pop3.Pop3LoginRecorder\n")),
                doesNotStart(
                        "a health check that does not exist",
                        james -> james.file(
                                "healthcheck.properties", "additional.healthchecks=org.popbeforesmtp.Health\n")),
                doesNotStart(
                        "a module that does not exist",
                        james -> james.file(
                                "extensions.properties", "guice.extension.module=org.popbeforesmtp.Module\n")),
                doesNotStart(
                        "a startable that does not exist",
                        james -> james.file(
                                "extensions.properties", "guice.extension.startable=org.popbeforesmtp.Start\n")),
                doesNotStart(
                        "a matcher that does not exist",
                        replace(
                                "mailetcontainer.xml",
                                "org.popbeforesmtp.mail.RelayedByGrant",
                                "org.popbeforesmtp.mail.RelayedByGrants")),
                doesNotStart(
                        "a mailet of James that does not exist",
                        replace("mailetcontainer.xml", "\"RemoveMimeHeader\"", "\"RemoveMimeHeaders\"")),
                doesNotStart(
                        "a matcher of James that does not exist",
                        replace("mailetcontainer.xml", "\"RecipientIsLocal\"", "\"RecipientIsLocl\"")),
                doesNotStart(
                        "no processor of errors",
                        replace("mailetcontainer.xml", "state=\"error\"", "state=\"errors\"")),
                doesNotStart(
                        "a processor that does not exist",
                        replace("mailetcontainer.xml", "state=\"relay-denied\"", "state=\"denied\"")),
                doesNotStart(
                        "threads that are no number", replace("mailetcontainer.xml", "<threads>5<", "<threads>five<")),
                doesNotStart(
                        "users in XML that ends too early", replace("usersrepository.xml", "</usersrepository>", "")),
                doesNotStart(
                        "WebAdmin neither on nor off", replace("webadmin.properties", "enabled=true", "enabled=maybe")),
                doesNotStart("a port that is no number", replace("webadmin.properties", "port=", "port=p")),
                doesNotStart(
                        "WebAdmin on the port of another server",
                        james -> james.replace(
                                "webadmin.properties",
                                "port=" + james.directory().port(8000),
                                "port=" + james.directory().port(110))),
                doesNotStart("no jar", JamesBuilder::withoutExtensions));
    }
}
