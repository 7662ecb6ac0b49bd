// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** How James reads its files, and the values that it takes. A row takes up to ten seconds. */
@Tag("real-peers")
class CheckAgreesOnValuesIT extends CheckAgreement {

    static Stream<Row> rows() {
        return Stream.of(
                works(
                        "a document type",
                        replace(
                                "pop3server.xml",
                                "<pop3servers>",
                                "<!DOCTYPE pop3servers [<!ENTITY on 'true'>]><pop3servers>")),
                works(
                        "properties that include others",
                        james -> james.file("more.properties", "lifetime=20m\n")
                                .file("pop-before-smtp.properties", "include=more.properties\n")),
                works("lists with holes", james -> james.with("networks.excluded", "192.0.2.0/24 ,, 10.0.0.0/8,")),
                doesNotStart(
                        "an unset variable turns a server on",
                        james -> james.pop3(xml -> xml.setAttribute("//pop3server", "enabled", "${env:NOT_SET}"))),
                doesNotStart("an unset variable is a value", james -> james.with("lifetime", "${env:NOT_SET}")),
                doesNotStart(
                        "a key twice", james -> james.with("lifetime", "20m").with("lifetime", "30m")),
                doesNotStart("an escaped slash", james -> james.with("file.path", "file:\\/\\/var/x.db")),
                doesNotStart("redis.properties is a directory", james -> james.folder("redis.properties")),
                doesNotStart(
                        "a time that is no number",
                        james -> james.pop3(xml -> xml.set("//pop3server", "connectiontimeout", "20m"))),
                doesNotStart(
                        "a limit below zero",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "connectionLimitPerIP", "-1"))),
                doesNotStart(
                        "a size that is none",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "maxmessagesize", "10 MB"))),
                doesNotStart(
                        "a switch that is neither on nor off",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "heloEhloEnforcement", "perhaps"))),
                doesNotStart(
                        "a switch of the PROXY protocol that is neither on nor off",
                        james -> james.pop3(xml -> xml.set("//pop3server", "proxyRequired", "maybe"))),
                doesNotStart(
                        "a port twice",
                        james -> james.smtp(xml -> xml.set("//smtpserver", "bind", "127.0.0.1:" + Ports.free()))),
                doesNotStart("a name twice", james -> james.smtp(xml -> xml.set("//smtpserver", "jmxName", "smtp"))),
                doesNotStart("XML that ends too early", replace("smtpserver.xml", "</smtpservers>", "")));
    }
}
