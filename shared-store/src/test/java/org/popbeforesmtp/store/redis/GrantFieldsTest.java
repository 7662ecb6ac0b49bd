// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class GrantFieldsTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private static Optional<Grant> read(String field, String value) {
        return GrantFields.read(CLIENT, field, value);
    }

    @Provide
    Arbitrary<String> names() {
        // Half a surrogate pair is no text, and cannot come from a mail program.
        return Arbitraries.strings()
                .ofMinLength(1)
                .filter(name -> name.equals(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)));
    }

    @Property
    void everyUserShouldComeBack(@ForAll("names") String name, @ForAll boolean encrypted) {
        Login login = Login.of(CLIENT, name, Protocol.POP3, encrypted);

        assertThat(read(GrantFields.nameOf(login), "pop3 1000 2000")).contains(Grant.ofEpochMillis(login, 1000, 2000));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUnknownUserShouldComeBack(boolean encrypted) {
        Login login = Login.ofUnknownUser(CLIENT, Protocol.DRAC, encrypted);

        assertThat(read(GrantFields.nameOf(login), "drac 1000 2000")).contains(Grant.ofEpochMillis(login, 1000, 2000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pop3",
                "pop3 1",
                "pop3 1 x",
                "pop3 -1 2",
                "POP3 1 2",
                "pop3 2 1",
                "- 1 2",
                "pop3 1 2x",
                "pop3  1 2",
                " pop3 1 2",
                "pop3 1 99999999999999999999",
                "\u00e4 1 2"
            })
    void whatIsNotUnderstoodShouldBePassedOver(String value) {
        assertThat(read("tls bob", value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bob", "tls", "TLS bob", "token x", "tlsbob"})
    void fieldsOfAnotherReleaseShouldBePassedOver(String field) {
        assertThat(read(field, "pop3 1 2")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pop3 1 2 more", "pop3 1 2 ", "pop3 1 2 a\nb"})
    void wordsOfALaterReleaseShouldBePassedOver(String value) {
        assertThat(read("tls bob", value))
                .contains(Grant.ofEpochMillis(Login.of(CLIENT, "bob", Protocol.POP3, true), 1, 2));
    }
}
