// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.smtp.Setup.ALICE;
import static org.popbeforesmtp.smtp.Setup.BOB;
import static org.popbeforesmtp.smtp.Setup.CLIENT;
import static org.popbeforesmtp.smtp.Setup.FRIEND;
import static org.popbeforesmtp.smtp.Setup.OFFICE;
import static org.popbeforesmtp.smtp.Setup.OTHER_FRIEND;

import java.time.Duration;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.config.OnStoreFailure;
import org.popbeforesmtp.policy.PolicySettings;

/** How many recipients elsewhere a user may name on grants. */
class RecipientLimitHookTest {

    private final Setup setup = new Setup();

    @AfterEach
    void close() {
        setup.close();
    }

    private SmtpClient limitedTo(int recipients) {
        setup.settings(PolicySettings.builder().recipientsPerHour(recipients)).login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        return client;
    }

    @Test
    void oneMoreThanTheLimitShouldBePutOffAndTheOthersDelivered() {
        SmtpClient client = limitedTo(2);

        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        assertThat(client.rcptTo("third@example.net"))
                .isEqualTo(
                        "452 4.5.3 Relaying denied for 192.0.2.1: you have reached the limit of 2 recipients an hour;"
                                + " send again after 11:02 UTC, or turn on SMTP authentication");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(
                        mail -> assertThat(mail.recipients()).containsExactlyInAnyOrder(FRIEND, OTHER_FRIEND, ALICE));
        assertThat(setup.events.take())
                .containsExactly(
                        "allowed 192.0.2.1 bob@example.org by bob@example.org",
                        "refused 192.0.2.1 bob@example.org limit",
                        "accepted 192.0.2.1 for 2 by bob@example.org");
    }

    @Test
    void theLimitShouldHoldOverTransactionsAndConnectionsAndEnd() {
        SmtpClient client = limitedTo(1);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        client.rset();
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("452 4.5.3 ");
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("452 4.5.3 ");
        assertThat(setup.events.take())
                .filteredOn(line -> line.startsWith("refused"))
                .hasSize(1);

        setup.pass(Duration.ofMinutes(61));
        setup.login(CLIENT, BOB);
        client.rset();
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void aRecipientThatAnotherCheckRefusesShouldNotCount() {
        setup.james.handler(new RefusesOnce());
        SmtpClient client = limitedTo(1);

        assertThat(client.rcptTo(FRIEND)).startsWith("451 4.7.1 come later");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("452 ");
    }

    @Test
    void aRefusalAfterTheClientHasAuthenticatedShouldTakeNothingBack() {
        setup.james.announceAuth(true);
        SmtpClient client = limitedTo(1);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.auth(BOB)).startsWith("235 ");
        assertThat(client.rcptTo("nobody@example.org")).startsWith("550 ");

        SmtpClient next = setup.connect(CLIENT);
        next.mailFrom(BOB);
        assertThat(next.rcptTo(FRIEND)).startsWith("452 ");
    }

    /** Greylisting, for instance: it stands behind our hook. */
    private static final class RefusesOnce implements RcptHook {

        private boolean hasRefused;

        @Override
        public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress recipient) {
            boolean refuses = !hasRefused;
            hasRefused = true;
            return refuses
                    ? HookResult.builder()
                            .hookReturnCode(HookReturnCode.denySoft())
                            .smtpReturnCode("451")
                            .smtpDescription("4.7.1 come later")
                            .build()
                    : HookResult.DECLINED;
        }
    }

    @Test
    void localRecipientsAndOtherRightsShouldNotCount() {
        SmtpClient client = limitedTo(1);
        for (int i = 0; i < 5; i++) {
            assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        }
        SmtpClient authorised = setup.connect(OFFICE);
        authorised.mailFrom(BOB);
        assertThat(authorised.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(authorised.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        SmtpClient authenticated = setup.connect(CLIENT);
        setup.james.announceAuth(true);
        authenticated.auth(BOB);
        authenticated.mailFrom(BOB);
        assertThat(authenticated.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(authenticated.rcptTo(OTHER_FRIEND)).startsWith("250 ");

        assertThat(setup.values.updates()).isZero();
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void aClientShouldTryAgainWhereTheStoreCannotTell() {
        SmtpClient client = limitedTo(2);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        setup.values.switchOff();

        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("451 4.3.0 Relaying for 192.0.2.1 cannot be decided");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        setup.values.switchOn();
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.isRelayed()).isTrue());
    }

    @Test
    void aClientShouldGetJamesOwnRefusalWhereTheStoreCannotTellIfTheOperatorWantsItThatWay() {
        setup.onStoreFailure(OnStoreFailure.REFUSE);
        SmtpClient client = limitedTo(2);
        setup.values.switchOff();

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 5.7.1 Requested action not taken: relaying denied");
    }

    @Test
    void withoutALimitNothingShouldWaitAndNobodyBeRefused() {
        SmtpClient client = limitedTo(0);
        setup.values.switchOff();
        for (int i = 0; i < 1_000; i++) {
            assertThat(client.rcptTo("friend" + i + "@example.net")).startsWith("250 ");
        }
        assertThat(setup.values.updates()).isZero();
        setup.values.switchOn();
        setup.recipientLimit().flush();

        assertThat(setup.events.take()).contains("many recipients 1000 of bob@example.org");
    }
}
