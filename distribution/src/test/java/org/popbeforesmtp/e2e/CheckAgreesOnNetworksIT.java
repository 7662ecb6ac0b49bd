// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** Who relays without a login, and TLS. A row takes up to ten seconds. */
@Tag("real-peers")
class CheckAgreesOnNetworksIT extends CheckAgreement {

    static Stream<Row> rows() {
        return Stream.of(
                works("small networks", james -> james.authorizedAddresses("127.0.0.0/8, 10.*,192.168.*")),
                works(
                        "a network that is a name of nothing",
                        james -> james.authorizedAddresses("no.such.host.invalid")),
                openRelay("an asterisk", "*"),
                openRelay("a length of 00", "0.0.0.0/00"),
                openRelay("two halves", "0.0.0.0/1,128.0.0.0/1"),
                openRelay("a length beyond 32", "128.0.0.0/33"),
                openRelay("an octet and an asterisk", "203.*"),
                openRelay("a mask with holes", "0.0.0.1/0.0.0.1"),
                grantsNothing(
                        "networks that admit nobody",
                        james -> james.with("networks.only", "198.51.100.0/24")
                                .with("networks.excluded", "198.51.100.0/25,198.51.100.128/25")),
                doesNotStart("no keystore", james -> james.without("keystore")),
                doesNotStart(
                        "a wrong secret of the keystore",
                        james -> james.smtp(xml -> xml.set("//tls", "secret", "wrong"))),
                doesNotStart(
                        "TLS in both ways",
                        james -> james.smtp(xml -> xml.setAttribute("//tls", "startTLS", "true")
                                .setAttribute("//tls", "socketTLS", "true"))),
                doesNotStart(
                        "identity without AUTH",
                        james -> james.announceAuth("never").verifyIdentity(true)),
                doesNotStart("a network that is no number", james -> james.authorizedAddresses("10.0.0.0/eight")),
                doesNotStart("an asterisk in IPv6", james -> james.authorizedAddresses("2001:db8:*")));
    }
}
