// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class RelayedByGrantTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("2001:db8::1:2");
    private static final Instant LOGIN_AT = Instant.parse("2026-05-04T10:00:00.123Z");

    private static final MailAddress FRIEND = address("friend@example.net");
    private static final MailAddress OTHER = address("other@example.com");

    private final RelayedByGrant matcher = new RelayedByGrant();

    @Test
    void matchShouldReturnAllRecipientsOfAStampedMail() throws Exception {
        Mail mail = mail();
        RelayStamp.put(mail, CLIENT, grantTo(Login.of(CLIENT, "bob@example.org", Protocol.POP3, true)));

        assertThat(matcher.match(mail)).containsExactlyInAnyOrder(FRIEND, OTHER);
    }

    @Test
    void matchShouldReturnNobodyOfAnotherMail() throws Exception {
        assertThat(matcher.match(mail())).isEmpty();
    }

    @Test
    void matchShouldReturnNobodyOfAMailThatJamesRelaysForAnotherReason() throws Exception {
        Mail mail = mail();
        mail.setAttribute(new Attribute(Mail.SMTP_AUTH_USER, AttributeValue.of("bob@example.org")));
        mail.setAttribute(Attribute.convertToAttribute("org.apache.james.SMTPIsAuthNetwork", true));

        assertThat(matcher.match(mail)).isEmpty();
    }

    @Test
    void theStampShouldSayWhoFromWhereAndWhen() throws Exception {
        Mail mail = mail();

        RelayStamp.put(mail, CLIENT, grantTo(Login.of(CLIENT, "bob@example.org", Protocol.POP3, true)));

        assertThat(attributesOf(mail))
                .isEqualTo(Map.of(
                        "org.popbeforesmtp.user", "bob@example.org",
                        "org.popbeforesmtp.address", "2001:db8::1:2",
                        "org.popbeforesmtp.loginAt", "2026-05-04T10:00:00.123Z"));
    }

    @Test
    void theStampShouldNameTheClientItselfIfItsNetworkHoldsTheGrant() throws Exception {
        Mail mail = mail();

        RelayStamp.put(mail, CLIENT, grantTo(Login.of(ClientAddress.parse("2001:db8::"), "bob", Protocol.POP3, true)));

        assertThat(attributesOf(mail)).containsEntry("org.popbeforesmtp.address", "2001:db8::1:2");
    }

    @Test
    void theStampOfAGrantThatNamesNoUserShouldLeaveTheUserOut() throws Exception {
        Mail mail = mail();

        RelayStamp.put(mail, CLIENT, grantTo(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false)));

        assertThat(attributesOf(mail)).containsOnlyKeys("org.popbeforesmtp.address", "org.popbeforesmtp.loginAt");
        assertThat(matcher.match(mail)).hasSize(2);
    }

    private static Grant grantTo(Login login) {
        return Grant.issue(login, LOGIN_AT, Lifetime.parse("15m"));
    }

    private static Mail mail() throws Exception {
        return MailImpl.builder()
                .name("mail")
                .sender(new MailAddress("bob@example.org"))
                .addRecipients(List.of(FRIEND, OTHER))
                .build();
    }

    private static Map<String, Object> attributesOf(Mail mail) {
        return mail.attributes()
                .collect(Collectors.toMap(
                        attribute -> attribute.getName().asString(),
                        attribute -> attribute.getValue().value()));
    }

    private static MailAddress address(String text) {
        try {
            return new MailAddress(text);
        } catch (Exception e) {
            throw new IllegalArgumentException(e);
        }
    }
}
