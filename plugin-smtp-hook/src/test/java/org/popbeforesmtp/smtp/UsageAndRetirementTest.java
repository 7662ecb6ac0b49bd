// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.policy.UserSet;

/** What the hooks tell of who depends on grants, and what they do while grants end. */
class UsageAndRetirementTest {

    private final Setup setup = new Setup();

    @AfterEach
    void close() {
        setup.close();
    }

    private SmtpClient greeted() {
        return setup.connect(Setup.CLIENT);
    }

    private List<String> told(String word) {
        return setup.events.take().stream()
                .filter(line -> line.startsWith(word))
                .toList();
    }

    private SmtpClient authenticated() {
        SmtpClient client = greeted();
        assertThat(client.auth(Setup.ALICE)).startsWith("235");
        return client;
    }

    private void send(SmtpClient client, String... recipients) {
        client.mailFrom(Setup.BOB);
        for (String recipient : recipients) {
            client.rcptTo(recipient);
        }
        client.data();
    }

    @Test
    void anAcceptedMessageShouldCountOnceWithItsRecipientsElsewhere() {
        setup.started().login(Setup.CLIENT, Setup.BOB);

        send(greeted(), Setup.FRIEND, Setup.ALICE, Setup.OTHER_FRIEND);

        assertThat(setup.james.takeAccepted()).hasSize(1);
        assertThat(told("accepted")).containsExactly("accepted 192.0.2.1 for 2 by bob@example.org");
    }

    @Test
    void aMessageToLocalRecipientsOnlyShouldNotCount() {
        setup.started().login(Setup.CLIENT, Setup.BOB);

        send(greeted(), Setup.ALICE);

        assertThat(setup.james.takeAccepted()).hasSize(1);
        assertThat(told("accepted")).isEmpty();
    }

    @Test
    void whatWasNamedAndNotSentShouldNotCount() {
        setup.started().login(Setup.CLIENT, Setup.BOB);
        SmtpClient client = greeted();
        client.mailFrom(Setup.BOB);
        client.rcptTo(Setup.FRIEND);
        client.rset();

        assertThat(told("accepted")).isEmpty();
    }

    @Test
    void theObserverShouldRecordAuthAndDecideNothing() {
        setup.james.announceAuth(true).handler(new SubmissionObserver(setup.events));

        send(authenticated(), Setup.FRIEND);
        SmtpClient stranger = setup.connect(Setup.STRANGER);
        stranger.mailFrom(Setup.FRIEND);

        assertThat(stranger.rcptTo(Setup.OTHER_FRIEND)).startsWith("530");
        assertThat(setup.james.takeAccepted()).hasSize(1);
        assertThat(setup.events.take()).containsExactly("authenticated alice@example.org");
    }

    @Test
    void theHookShouldRecordAuthAndCountNoUsageForIt() {
        setup.started().login(Setup.CLIENT, Setup.ALICE);
        setup.james.announceAuth(true);

        send(authenticated(), Setup.FRIEND);

        assertThat(setup.james.takeAccepted()).hasSize(1);
        assertThat(setup.events.take()).containsExactly("authenticated alice@example.org");
    }

    @Test
    void aBrownoutShouldBeginAndEndOnAnOpenConnection() {
        Instant start = setup.clock.instant().plus(Duration.ofMinutes(5));
        String brownout = start + "/PT5M";
        setup.settings(PolicySettings.builder().retirement(plan(Optional.empty(), brownout)))
                .started()
                .login(Setup.CLIENT, Setup.BOB);
        SmtpClient client = greeted();

        client.mailFrom(Setup.BOB);
        assertThat(client.rcptTo(Setup.FRIEND)).startsWith("250");
        client.rset();
        setup.pass(Duration.ofMinutes(5));
        client.mailFrom(Setup.BOB);
        String paused = client.rcptTo(Setup.FRIEND);
        String local = client.rcptTo(Setup.ALICE);
        client.rset();
        setup.pass(Duration.ofMinutes(5));
        client.mailFrom(Setup.BOB);

        assertThat(paused)
                .isEqualTo(
                        "451 4.7.1 Relaying denied for 192.0.2.1: sending after checking mail is paused now; send again"
                                + " later, or turn on SMTP authentication");
        assertThat(local).startsWith("250");
        assertThat(client.rcptTo(Setup.FRIEND)).startsWith("250");
    }

    @Test
    void afterTheDateARefusalShouldSaySoForGood() {
        Instant date = setup.clock.instant().plus(Duration.ofMinutes(5));
        setup.settings(PolicySettings.builder().retirement(plan(Optional.of(date))))
                .started()
                .login(Setup.CLIENT, Setup.BOB);
        setup.pass(Duration.ofMinutes(5));
        SmtpClient client = greeted();
        client.mailFrom(Setup.BOB);

        assertThat(client.rcptTo(Setup.FRIEND))
                .startsWith(
                        "550 5.7.1 Relaying denied for 192.0.2.1: sending after checking mail has ended on 2026-05-04");
        assertThat(client.rcptTo(Setup.ALICE)).startsWith("250");
    }

    @Test
    void observingShouldLeaveTheReplyToJames() {
        setup.settings(PolicySettings.builder().observing(true)).started().login(Setup.CLIENT, Setup.BOB);
        SmtpClient client = greeted();
        client.mailFrom(Setup.BOB);

        String reply = client.rcptTo(Setup.FRIEND);

        assertThat(reply).startsWith("550 ").doesNotContain("192.0.2.1");
        assertThat(setup.events.take()).containsExactly("refused 192.0.2.1 bob@example.org observed");
    }

    private static Retirement plan(Optional<Instant> date, String... brownouts) {
        return Retirement.of(
                date, Retirement.parseBrownouts(List.of(brownouts)), Optional.empty(), UserSet.parse(List.of()));
    }
}
