// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.RecordedLog;
import org.slf4j.MDC;

class ImapClientAddressTest {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9, 203.0.113.9",
        "/203.0.113.9:40000, 203.0.113.9",
        "client.example/203.0.113.9:40000, 203.0.113.9",
        "2001:db8:0:0:0:0:0:9, 2001:db8::9",
        "/[2001:db8:0:0:0:0:0:9]:40000, 2001:db8::9",
        "/2001:db8:0:0:0:0:0:9:40000, 2001:db8::9",
        "0:0:0:0:0:ffff:cb00:7109, 203.0.113.9"
    })
    void parseShouldReadWhatJamesWrites(String text, String address) {
        assertThat(ImapClientAddress.parse(text)).contains(ClientAddress.parse(address));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "/",
                "/:",
                "client.example",
                "client.example/<unresolved>:40000",
                "/203.0.113.9",
                "/[]:1",
                "*"
            })
    void parseShouldTakeNothingElseForAnAddress(String text) {
        assertThat(ImapClientAddress.parse(text)).isEmpty();
    }

    @Test
    void ofShouldLeaveTheLoggingContextOfTheThreadAsItIs() {
        MDC.put("user", "bob");
        assertThat(new ImapClientAddress().of(new FakeImapSession("203.0.113.9").session()))
                .contains(ClientAddress.parse("203.0.113.9"));

        assertThat(MDC.get("user")).isEqualTo("bob");
        assertThat(MDC.get("ip")).isNull();
        MDC.clear();
    }

    @Test
    void ofShouldWarnOnceIfTheAddressIsUnknown() {
        ImapClientAddress addresses = new ImapClientAddress();
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp.imap")) {
            assertThat(addresses.of(new FakeImapSession("nowhere").session())).isEmpty();
            assertThat(addresses.of(new FakeImapSession("nowhere").session())).isEmpty();

            assertThat(log.take())
                    .containsExactly(
                            "WARN James does not report the address of an IMAP client (ip=nowhere), so its login grants"
                                    + " nothing; logged once only");
        }
    }
}
