// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.smtp.Setup.ALICE;
import static org.popbeforesmtp.smtp.Setup.BOB;
import static org.popbeforesmtp.smtp.Setup.CLIENT;
import static org.popbeforesmtp.smtp.Setup.FRIEND;
import static org.popbeforesmtp.smtp.Setup.LIFETIME;
import static org.popbeforesmtp.smtp.Setup.OFFICE;
import static org.popbeforesmtp.smtp.Setup.OTHER_FRIEND;
import static org.popbeforesmtp.smtp.Setup.STRANGER;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.smtp.JamesSmtpServer.Accepted;
import org.popbeforesmtp.store.Grant;

/** The hook within James's own SMTP handlers: who may relay, for how long, and what is left as it is. */
class RelayGrantHookTest {

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final String NO_GRANT =
            "5.7.1 Relaying denied for 192.0.2.1: check your mail first, then send again "
                    + "within 15 minutes, or turn on SMTP authentication";

    private final Setup setup = new Setup();

    @AfterEach
    void close() {
        setup.close();
    }

    // ---- the story

    @Test
    void aClientShouldRelayAfterALoginAndUntilTheLifetimeIsOver() {
        SmtpClient client = setup.started().connect(CLIENT);

        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + NO_GRANT);
        client.rset();

        setup.login(CLIENT, BOB);
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");

        setup.pass(LIFETIME.toDuration());
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + NO_GRANT);
    }

    @Test
    void aMailShouldCarryWhoseGrantItWasAcceptedOn() {
        Grant grant = setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        setup.pass(Duration.ofMinutes(1));

        send(client, BOB, FRIEND);

        Accepted mail = onlyMail();
        assertThat(mail.isRelayed()).isTrue();
        assertThat(mail.recipients()).containsExactly(FRIEND);
        assertThat(stampOf(mail))
                .isEqualTo(Map.of(
                        "org.popbeforesmtp.user",
                        BOB,
                        "org.popbeforesmtp.address",
                        "192.0.2.1",
                        "org.popbeforesmtp.loginAt",
                        grant.grantedAt().toString()));
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void aClientShouldRelayHoweverJamesIsConfigured(boolean verifyIdentity, boolean authAnnounced) {
        setup.james.verifyIdentity(verifyIdentity).announceAuth(authAnnounced);
        SmtpClient client = setup.started().connect(CLIENT);
        setup.login(CLIENT, BOB);

        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(onlyMail().isRelayed()).isTrue();
    }

    @Test
    void anotherAddressShouldNotRelay() {
        setup.login(CLIENT, BOB);
        SmtpClient stranger = setup.started().connect(STRANGER);

        stranger.mailFrom(BOB);

        assertThat(stranger.rcptTo(FRIEND)).startsWith("550 5.7.1 Relaying denied for 198.51.100.9: check your mail");
    }

    @Test
    void anAliasOfTheUserShouldRelay() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);

        client.mailFrom("sales@example.org");

        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void severalUsersAtOneAddressShouldEachRelayAsThemselves() {
        setup.login(CLIENT, BOB);
        setup.login(CLIENT, ALICE);
        SmtpClient client = setup.started().connect(CLIENT);

        send(client, BOB, FRIEND);
        send(client, ALICE, FRIEND);

        assertThat(setup.james.takeAccepted())
                .extracting(mail -> stampOf(mail).get("org.popbeforesmtp.user"))
                .containsExactly(BOB, ALICE);
    }

    // ---- what is not our business

    @Test
    void localMailShouldBeAcceptedBeforeDuringAndAfterAGrant() {
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, FRIEND, BOB);
        setup.login(CLIENT, BOB);
        send(client, FRIEND, BOB);
        setup.pass(LIFETIME.toDuration());
        send(client, FRIEND, BOB);

        assertThat(setup.james.takeAccepted()).hasSize(3).allSatisfy(mail -> {
            assertThat(mail.isRelayed()).isFalse();
            assertThat(stampOf(mail)).isEmpty();
        });
        assertThat(setup.store.finds()).isZero();
    }

    @Test
    void anUnknownLocalRecipientShouldStayRefusedByJames() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);

        client.mailFrom(BOB);

        assertThat(client.rcptTo("nobody@example.org")).startsWith("550 5.1.1 Unknown user");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void anAuthorisedNetworkShouldBeLeftAloneAndUnmarked() {
        setup.login(OFFICE, BOB);
        SmtpClient office = setup.started().connect(OFFICE);

        send(office, "anybody@example.net", FRIEND);
        send(office, BOB, FRIEND);

        assertThat(setup.james.takeAccepted()).hasSize(2).allSatisfy(mail -> {
            assertThat(mail.isRelayed()).isTrue();
            assertThat(stampOf(mail)).isEmpty();
        });
        assertThat(setup.store.finds()).isZero();
        assertThat(setup.events.take()).isEmpty();
        assertThat(office.session().isRelayingAllowed()).isTrue();
    }

    @Test
    void anAuthenticatedClientShouldBeLeftAloneAndUnmarked() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        assertThat(client.auth(ALICE)).startsWith("235 ");

        send(client, ALICE, FRIEND);
        send(client, ALICE, OTHER_FRIEND);

        assertThat(setup.james.takeAccepted()).hasSize(2).allSatisfy(mail -> {
            assertThat(mail.isRelayed()).isTrue();
            assertThat(stampOf(mail)).isEmpty();
        });
        assertThat(setup.store.finds()).isZero();
    }

    @Test
    void anAuthenticatedClientShouldGetJamesOwnRefusalForAWrongSender() {
        setup.james.verifyIdentity(true);
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.auth(ALICE);

        assertThat(client.mailFrom(BOB)).isEqualTo("503 5.7.1 Incorrect Authentication for Specified Email Address");
    }

    @Test
    void authShouldWinOverAGrantThatTheConnectionUsedBefore() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, BOB, FRIEND);

        client.auth(ALICE);
        send(client, ALICE, FRIEND);
        setup.pass(LIFETIME.toDuration());
        send(client, ALICE, FRIEND);

        List<Accepted> mails = setup.james.takeAccepted();
        assertThat(mails).hasSize(3).allMatch(Accepted::isRelayed);
        assertThat(mails.stream().map(RelayGrantHookTest::stampOf).map(Map::size))
                .containsExactly(3, 0, 0);
    }

    @Test
    void authInTheMiddleOfATransactionShouldWin() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);

        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        assertThat(client.auth(BOB)).startsWith("235 ");
        setup.pass(LIFETIME.toDuration());
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");

        Accepted mail = onlyMail();
        assertThat(mail.isRelayed()).isTrue();
        assertThat(stampOf(mail)).isEmpty();
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void aFailedAuthShouldNotTakeTheGrantAway() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);

        assertThat(client.auth("nobody@example.org")).startsWith("535 ");
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    // ---- one connection, several transactions

    @Test
    void eachTransactionShouldBeDecidedAnew() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, BOB, FRIEND);

        client.mailFrom(ALICE);
        assertThat(client.rcptTo(FRIEND)).startsWith("550 5.7.1 Relaying denied for 192.0.2.1: the sender address");
        assertThat(client.rcptTo(BOB)).startsWith("250 ");
        client.data();

        assertThat(setup.james.takeAccepted()).extracting(Accepted::isRelayed).containsExactly(true, false);
        send(client, BOB, FRIEND);
        assertThat(onlyMail().isRelayed()).isTrue();
    }

    @Test
    void aRevokedGrantShouldAllowNoFurtherMailFrom() {
        setup.james.verifyIdentity(true);
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, BOB, FRIEND);

        setup.store.revokeUser(BOB);

        assertThat(client.mailFrom(BOB)).isEqualTo("530 " + NO_GRANT);
        assertThat(client.session().isRelayingAllowed()).isFalse();
    }

    @Test
    void aDeletedUserShouldNotRelayOnAConnectionThatIsAlreadyOpen() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, BOB, FRIEND);

        setup.senders.delete(BOB);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + NO_GRANT);
    }

    @Test
    void anEndedGrantShouldAllowNoFurtherRecipient() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        setup.pass(LIFETIME.toDuration().minus(MILLISECOND));
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");

        setup.pass(MILLISECOND);

        assertThat(client.rcptTo(OTHER_FRIEND)).isEqualTo("550 " + NO_GRANT);
        assertThat(client.rcptTo(OTHER_FRIEND)).isEqualTo("550 " + NO_GRANT);
    }

    @Test
    void aGrantThatEndsBetweenMailAndTheFirstRecipientShouldAllowNothing() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        setup.pass(LIFETIME.toDuration());

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + NO_GRANT);
        assertThat(client.data()).startsWith("503 ");
    }

    @Test
    void aGrantThatIsRenewedInTimeShouldGoOn() {
        Grant grant = setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);

        setup.pass(Duration.ofMinutes(10));
        setup.store.renew(grant, LIFETIME);
        setup.pass(Duration.ofMinutes(10));

        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.events.take())
                .containsExactly(
                        "allowed 192.0.2.1 bob@example.org by bob@example.org",
                        "accepted 192.0.2.1 for 2 by bob@example.org");
    }

    @Test
    void aRelayShouldBeReportedOnceForEachTransactionAndNeverOfLocalMail() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(ALICE);
        client.data();
        client.mailFrom(BOB);
        client.rset();
        assertThat(setup.events.take()).isEmpty();

        client.mailFrom(BOB);
        client.rcptTo(ALICE);
        client.rcptTo(FRIEND);
        client.rcptTo(OTHER_FRIEND);
        client.data();
        assertThat(setup.events.take())
                .containsExactly(
                        "allowed 192.0.2.1 bob@example.org by bob@example.org",
                        "accepted 192.0.2.1 for 2 by bob@example.org");
    }

    @Test
    void whatWasAcceptedShouldBeDeliveredEvenIfTheGrantEndsBeforeTheMessage() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        setup.pass(LIFETIME.toDuration());

        assertThat(client.data()).startsWith("250 ");

        Accepted mail = onlyMail();
        assertThat(mail.isRelayed()).isTrue();
        assertThat(stampOf(mail)).hasSize(3);
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + NO_GRANT);
    }

    @Test
    void whatWasAcceptedShouldBeDeliveredEvenIfALaterRecipientIsRefused() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        setup.pass(LIFETIME.toDuration());
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("550 ");

        client.data();

        Accepted mail = onlyMail();
        assertThat(mail.recipients()).containsExactly(FRIEND);
        assertThat(mail.isRelayed()).isTrue();
        assertThat(stampOf(mail)).hasSize(3);
    }

    @Test
    void aMailThatWasRefusedRelayingShouldNotBeRelayedForItsLocalRecipients() {
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("550 ");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        client.data();

        assertThat(onlyMail().isRelayed()).isFalse();
    }

    // ---- what a client may do in between

    @Test
    void rsetShouldEndTheTransactionAndWhatItHad() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);

        client.rset();

        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("503 ");
        client.mailFrom("stranger@example.net");
        assertThat(client.rcptTo(FRIEND)).startsWith("550 ");
        client.rcptTo(BOB);
        client.data();
        assertThat(onlyMail().isRelayed()).isFalse();
    }

    @Test
    void ehloShouldEndTheTransactionAndWhatItHad() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);

        client.ehlo();
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("503 ");
        client.mailFrom(ALICE);

        assertThat(client.rcptTo(FRIEND)).startsWith("550 ");
    }

    @Test
    void startTlsShouldEndTheTransactionAndWhatItHad() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);

        assertThat(client.startTls()).startsWith("220 ");
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("503 ");
        client.ehlo();
        client.mailFrom(ALICE);
        assertThat(client.rcptTo(FRIEND)).startsWith("530 ");
        client.rset();
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void aSecondMailFromShouldBeRefusedAndGiveNothing() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.mailFrom("stranger@example.net")).startsWith("503 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("503 ");
    }

    @Test
    void aMalformedMailFromShouldGiveNothing() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, BOB, FRIEND);

        assertThat(client.say("MAIL FROM:bob")).startsWith("501 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("503 ");
    }

    @Test
    void hangingUpShouldDoNoHarm() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);

        client.hangUp();

        SmtpClient next = setup.connect(CLIENT);
        next.mailFrom(ALICE);
        assertThat(next.rcptTo(FRIEND)).startsWith("550 ");
    }

    @Test
    void twoConnectionsShouldNotKnowOfEachOther() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        SmtpClient stranger = setup.connect(STRANGER);

        client.mailFrom(BOB);
        stranger.mailFrom(BOB);
        client.rcptTo(FRIEND);

        assertThat(stranger.rcptTo(FRIEND)).startsWith("550 ");
    }

    /** Another operator's hook may accept a sender at once, and James then skips ours. */
    @Test
    void aRightShouldNotBeLeftOverIfAnotherHookAcceptsTheNextSender() {
        setup.login(CLIENT, BOB);
        setup.james.handler(new AcceptingHook());
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        client.data();
        setup.james.takeAccepted();

        client.mailFrom("accepted@example.net");

        assertThat(client.rcptTo(FRIEND)).startsWith("550 ");
        assertThat(client.rcptTo(BOB)).startsWith("250 ");
        client.data();
        assertThat(onlyMail().isRelayed()).isFalse();
    }

    @Test
    void aRightShouldNotBeLeftOverForAMailToLocalRecipientsEither() {
        setup.login(CLIENT, BOB);
        setup.james.handler(new AcceptingHook());
        SmtpClient client = setup.started().connect(CLIENT);
        send(client, BOB, FRIEND);
        setup.james.takeAccepted();

        send(client, "accepted@example.net", BOB);

        assertThat(onlyMail().isRelayed()).isFalse();
    }

    @Test
    void aRightShouldNotBeLeftOverFromASenderWhomAnotherHookRefused() {
        setup.login(CLIENT, BOB);
        setup.james.handler(new AcceptingHook());
        setup.james.coreHandler(new RefusingHook());
        SmtpClient client = setup.started().connect(CLIENT);
        assertThat(client.mailFrom(BOB)).startsWith("550 5.7.0 ");

        assertThat(client.mailFrom("accepted@example.net")).startsWith("250 ");

        assertThat(client.rcptTo(FRIEND)).startsWith("550 ");
        assertThat(client.rcptTo(BOB)).startsWith("250 ");
        client.data();
        assertThat(onlyMail().isRelayed()).isFalse();
    }

    // ---- the rules about senders

    @Test
    void theNullSenderShouldRelayOnlyIfAnybodyMay() {
        setup.login(CLIENT, BOB);
        SmtpClient strict = setup.started().connect(CLIENT);
        strict.mailFrom("");
        assertThat(strict.rcptTo(FRIEND))
                .startsWith("550 5.7.1 Relaying denied for 192.0.2.1: a receipt without a sender");

        try (Setup open = new Setup().sender(SenderRule.ANY)) {
            open.login(CLIENT, BOB);
            SmtpClient client = open.started().connect(CLIENT);
            client.mailFrom("");
            assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
            client.data();
            assertThat(open.james.takeAccepted()).allMatch(Accepted::isRelayed).hasSize(1);
        }
    }

    @Test
    void aForeignSenderShouldRelayOnlyIfAnybodyMay() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.sender(SenderRule.ANY).started().connect(CLIENT);

        send(client, "somebody@example.com", FRIEND);

        assertThat(stampOf(onlyMail())).containsEntry("org.popbeforesmtp.user", BOB);
    }

    // ---- a mail server that refuses every sender without authentication (James 3.10)

    @Test
    void aGrantShouldSatisfyAServerThatRequiresAuthentication() {
        setup.james.coreHandler(new org.apache.james.smtpserver.AuthRequiredHook());
        SmtpClient client = setup.started().connect(CLIENT);
        assertThat(client.mailFrom(BOB)).isEqualTo("530 " + NO_GRANT);
        assertThat(client.mailFrom("somebody@example.net")).startsWith("530 5.7.1 Relaying denied for 192.0.2.1: ");

        setup.login(CLIENT, BOB);

        assertThat(client.mailFrom("somebody@example.net"))
                .startsWith("530 5.7.1 Relaying denied for 192.0.2.1: the sender address");
        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(onlyMail().isRelayed()).isTrue();
    }

    @Test
    void aForeignSenderShouldSatisfyAServerThatRequiresAuthenticationIfAnybodyMayRelay() {
        setup.james.coreHandler(new org.apache.james.smtpserver.AuthRequiredHook());
        SmtpClient client = setup.sender(SenderRule.ANY).started().connect(CLIENT);
        setup.login(CLIENT, BOB);

        assertThat(client.mailFrom("somebody@example.com")).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(stampOf(onlyMail())).hasSize(3);
    }

    // ---- many recipients

    @Test
    void tenThousandRecipientsShouldCostOneLookUp() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(IntStream.range(0, 10_000).mapToObj(i -> client.rcptTo("friend" + i + "@example.net")))
                .allMatch(reply -> reply.startsWith("250 "));
        assertThat(setup.store.finds()).isOne();
        assertThat(setup.events.take()).hasSize(1);
    }

    // ---- how it is said

    private static void send(SmtpClient client, String sender, String recipient) {
        assertThat(client.mailFrom(sender)).startsWith("250 ");
        assertThat(client.rcptTo(recipient)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
    }

    private Accepted onlyMail() {
        List<Accepted> mails = setup.james.takeAccepted();
        assertThat(mails).hasSize(1);
        return mails.get(0);
    }

    private static Map<String, Object> stampOf(Accepted mail) {
        Map<String, Object> stamp = new java.util.TreeMap<>(mail.attributes());
        stamp.keySet().removeIf(name -> !name.startsWith("org.popbeforesmtp."));
        return stamp;
    }

    /** Says OK to one sender, so that James asks no further hook. */
    private static final class AcceptingHook implements MailHook {

        @Override
        public HookResult doMail(SMTPSession session, MaybeSender sender) {
            return sender.asString().startsWith("accepted@")
                    ? HookResult.builder().hookReturnCode(HookReturnCode.ok()).build()
                    : HookResult.DECLINED;
        }
    }

    /** Refuses a sender after our hook has accepted them. */
    private static final class RefusingHook implements MailHook {

        @Override
        public HookResult doMail(SMTPSession session, MaybeSender sender) {
            return HookResult.builder()
                    .hookReturnCode(HookReturnCode.deny())
                    .smtpReturnCode("550")
                    .smtpDescription("5.7.0 Not today")
                    .build();
        }
    }
}
