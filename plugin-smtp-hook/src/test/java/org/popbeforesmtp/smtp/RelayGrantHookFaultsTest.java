// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.popbeforesmtp.smtp.Setup.ALICE;
import static org.popbeforesmtp.smtp.Setup.BOB;
import static org.popbeforesmtp.smtp.Setup.CLIENT;
import static org.popbeforesmtp.smtp.Setup.FRIEND;
import static org.popbeforesmtp.smtp.Setup.LIFETIME;
import static org.popbeforesmtp.smtp.Setup.OFFICE;
import static org.popbeforesmtp.smtp.Setup.OTHER_FRIEND;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.core.Username;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.utils.BaseFakeSMTPSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.policy.SenderRule;

/** Whatever fails: nobody relays for it, local mail goes on, and the store is not asked more than it must. */
class RelayGrantHookFaultsTest {

    private final Setup setup = new Setup();

    @AfterEach
    void close() {
        setup.close();
    }

    static Stream<Supplier<Throwable>> faults() {
        return Faults.ALL.stream();
    }

    // ---- faults

    @ParameterizedTest
    @MethodSource("faults")
    void aStoreThatThrowsShouldLetNobodyRelayAndLocalMailGoOn(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        setup.store.failWith(fault);
        SmtpClient client = setup.started().connect(CLIENT);

        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("451 4.3.0 Relaying for 192.0.2.1 cannot be decided right now");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.james.takeAccepted()).singleElement().satisfies(mail -> {
            assertThat(mail.isRelayed()).isFalse();
            assertThat(mail.recipients()).containsExactly(ALICE);
        });
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aStoreThatComesBackShouldLetTheNextTransactionRelay(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        setup.store.failWith(fault);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);

        setup.store.failWith(null);
        client.rset();
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aStoreThatFailsWhileAConnectionIsOpenShouldEndItsRight(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        client.data();

        setup.store.failWith(fault);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).startsWith("451 ");
        assertThat(client.session().isRelayingAllowed()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void whatWasAcceptedShouldBeDeliveredEvenIfTheStoreFailsBeforeTheMessage(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        setup.store.failWith(fault);
        setup.pass(LIFETIME.toDuration());
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("451 ");

        client.data();

        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.isRelayed()).isTrue());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aUserBaseThatThrowsShouldLetNobodyRelayAndLocalMailGoOn(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        client.data();
        setup.james.takeAccepted();

        setup.senders.failWith(fault);

        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("451 4.3.0 ");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        client.data();
        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.isRelayed()).isFalse());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void faultsShouldNotTouchClientsWhoNeedNoGrant(Supplier<Throwable> fault) {
        setup.store.failWith(fault);
        setup.senders.failWith(fault);
        SmtpClient office = setup.started().connect(OFFICE);
        SmtpClient client = setup.connect(CLIENT);
        client.auth(BOB);

        for (SmtpClient each : new SmtpClient[] {office, client}) {
            assertThat(each.mailFrom(BOB)).startsWith("250 ");
            assertThat(each.rcptTo(FRIEND)).startsWith("250 ");
            assertThat(each.data()).startsWith("250 ");
        }
        assertThat(setup.james.takeAccepted())
                .hasSize(2)
                .allSatisfy(mail -> assertThat(mail.isRelayed()).isTrue());
    }

    /** Told that a transaction relays, the audit fails: that recipient is for later, and the next one is as any other. */
    @ParameterizedTest
    @MethodSource("faults")
    void aFailureAtOneRecipientShouldBeForThatRecipientAlone(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        setup.failWhenTellingOfARelay(fault);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).startsWith("451 4.3.0 ");
        setup.failWhenTellingOfARelay(null);
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.isRelayed()).isTrue());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aDomainListThatFailsAtOneRecipientShouldBeForThatRecipientAlone(Supplier<Throwable> fault) {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");

        setup.senders.failWith(fault);
        assertThat(client.rcptTo(FRIEND)).startsWith("451 4.3.0 ");
        setup.senders.failWith(null);
        assertThat(client.rcptTo(OTHER_FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.isRelayed()).isTrue());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFailureWhileARefusalIsExplainedShouldBeForLater(Supplier<Throwable> fault) {
        setup.failWhenTellingOfARefusal(fault);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).startsWith("451 4.3.0 ");
        setup.failWhenTellingOfARefusal(null);
        assertThat(client.rcptTo(FRIEND)).startsWith("550 5.7.1 Relaying denied for 192.0.2.1: check your mail");
    }

    @Test
    void aStoreThatIsDownShouldBeAskedOnceAtMailAndOnceInASecond() {
        setup.store.failWith(Faults.ALL.get(0));
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        IntStream.range(0, 1000).forEach(i -> client.rcptTo("friend" + i + "@example.net"));
        assertThat(setup.store.finds()).isEqualTo(2);
        setup.pass(Duration.ofSeconds(1));
        IntStream.range(0, 1000).forEach(i -> client.rcptTo("friend" + i + "@example.net"));

        assertThat(setup.store.finds()).isEqualTo(3);
        assertThat(setup.events.take()).containsExactly("refused 192.0.2.1 bob@example.org unknown");
    }

    // ---- when the store is asked

    @Test
    void mailFromElsewhereToLocalRecipientsShouldNotAskTheStore() {
        SmtpClient client = setup.started().connect(CLIENT);
        for (int i = 0; i < 100; i++) {
            client.mailFrom("friend" + i + "@example.net");
            client.rcptTo(BOB);
            client.rcptTo("nobody@example.org");
            client.data();
        }

        assertThat(setup.store.finds()).isZero();
        assertThat(setup.james.takeAccepted()).hasSize(100);
    }

    @Test
    void aTransactionFromElsewhereShouldAskJamesOneQuestionHoweverManyRecipientsItHas() {
        SmtpClient client = setup.started().connect(CLIENT);
        int before = setup.senders.questions();

        client.mailFrom("friend@example.net");
        for (int i = 0; i < 50; i++) {
            assertThat(client.rcptTo(BOB)).startsWith("250 ");
            assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        }

        assertThat(setup.senders.questions() - before).isOne();
    }

    @Test
    void aUserBaseThatFailsAfterMailFromShouldNotTouchMailFromElsewhere() {
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom("friend@example.net");

        setup.senders.failWith(IllegalStateException::new);

        assertThat(client.rcptTo(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
        assertThat(setup.events.take()).isEmpty();
    }

    @Test
    void withAnyMailFromElsewhereToLocalRecipientsShouldNotAskTheStoreEither() {
        SmtpClient client = setup.sender(SenderRule.ANY).started().connect(CLIENT);
        client.mailFrom("friend@example.net");
        client.rcptTo(BOB);
        client.rcptTo(ALICE);
        assertThat(setup.store.finds()).isZero();

        client.rcptTo(OTHER_FRIEND);
        assertThat(setup.store.finds()).isOne();
        client.rcptTo(FRIEND);
        client.rcptTo(BOB);
        assertThat(setup.store.finds()).isOne();
    }

    @Test
    void aTransactionShouldAskAgainOnlyOnceItsGrantHasEnded() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        client.rcptTo(FRIEND);
        setup.pass(LIFETIME.toDuration());

        IntStream.range(0, 100).forEach(i -> client.rcptTo("friend" + i + "@example.net"));

        assertThat(setup.store.finds()).isEqualTo(2);
    }

    // ---- sessions that are not as they should be

    @Test
    void aSessionWithoutAnAddressShouldGetNothing() throws Exception {
        setup.login(CLIENT, BOB);
        RelayGrantHook hook = setup.hook();
        MaybeSender bob = MaybeSender.of(new MailAddress(BOB));

        for (AddressSession session : new AddressSession[] {
            new AddressSession(null), new AddressSession(InetSocketAddress.createUnresolved("client.example.net", 4711))
        }) {
            assertThat(hook.doMail(session, bob)).isEqualTo(HookResult.DECLINED);
            assertThat(hook.doRcpt(session, bob, new MailAddress(FRIEND))).isEqualTo(HookResult.DECLINED);
            assertThat(session.relayingAllowed).isFalse();
        }
        assertThat(setup.store.finds()).isZero();
    }

    @Test
    void aSessionThatThrowsShouldNotBreakTheServer() throws Exception {
        RelayGrantHook hook = setup.hook();
        BaseFakeSMTPSession session = new BaseFakeSMTPSession() {
            @Override
            public <T> Optional<T> getAttachment(AttachmentKey<T> key, State state) {
                return Optional.empty();
            }
        };
        MaybeSender bob = MaybeSender.of(new MailAddress(BOB));

        assertThat(hook.doMail(session, bob)).isEqualTo(HookResult.DECLINED);
        assertThat(hook.doRcpt(session, bob, new MailAddress(FRIEND))).isEqualTo(HookResult.DECLINED);
        assertThat(setup.events.take()).containsExactly("failed Deciding at MAIL FROM", "failed Confirming at RCPT TO");
    }

    @Test
    void theLifeOfTheHandlerShouldHaveNoEffectOnTheStore() {
        RelayGrantHook hook = setup.hook();

        assertThatCode(() -> {
                    hook.init(new org.apache.commons.configuration2.BaseHierarchicalConfiguration());
                    hook.destroy();
                })
                .doesNotThrowAnyException();
        assertThat(setup.store.closes()).isZero();
    }

    /** A session that has an address, perhaps none, and remembers nothing. */
    private static final class AddressSession extends BaseFakeSMTPSession {

        private final @Nullable InetSocketAddress address;
        private boolean relayingAllowed;

        private AddressSession(@Nullable InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public @Nullable InetSocketAddress getRemoteAddress() {
            return address;
        }

        @Override
        public @Nullable Username getUsername() {
            return null;
        }

        @Override
        public boolean isRelayingAllowed() {
            return relayingAllowed;
        }

        @Override
        public void setRelayingAllowed(boolean allowed) {
            relayingAllowed = allowed;
        }

        @Override
        public <T> Optional<T> getAttachment(AttachmentKey<T> key, State state) {
            return Optional.empty();
        }

        @Override
        public <T> Optional<T> setAttachment(AttachmentKey<T> key, T value, State state) {
            return Optional.empty();
        }

        @Override
        public <T> Optional<T> removeAttachment(AttachmentKey<T> key, State state) {
            return Optional.empty();
        }
    }
}
