// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.smtp.Setup.ALICE;
import static org.popbeforesmtp.smtp.Setup.BOB;
import static org.popbeforesmtp.smtp.Setup.CLIENT;
import static org.popbeforesmtp.smtp.Setup.FRIEND;
import static org.popbeforesmtp.smtp.Setup.LIFETIME;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.fastfail.DNSRBLHandler;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.config.OnStoreFailure;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;

/** What a refused client reads: James's code, our text, for each reason and at each place where James refuses. */
class RelayRefusalTest {

    private final Setup setup = new Setup();

    @AfterEach
    void close() {
        setup.close();
    }

    /** A reason, what leads to it, and the text behind the codes. */
    static Stream<Arguments> reasons() {
        return Stream.of(
                reason(
                        "no grant",
                        setup -> {},
                        "check your mail first, then send again within 15 minutes, or turn on SMTP authentication"),
                reason(
                        "sender",
                        setup -> setup.login(CLIENT, ALICE),
                        "the sender address does not belong to a user who checked mail from this address;"
                                + " send from your own address, or turn on SMTP authentication"),
                reason(
                        "shared",
                        setup -> {
                            setup.settings(PolicySettings.builder().maxUsersPerAddress(1));
                            setup.login(CLIENT, ALICE);
                            setup.login(CLIENT, BOB);
                        },
                        "too many users share this address; turn on SMTP authentication"),
                reason(
                        "unencrypted",
                        setup -> {
                            setup.settings(PolicySettings.builder().requireTls(true));
                            setup.store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME);
                        },
                        "your mail program logged in without encryption;"
                                + " turn on TLS for POP3 or IMAP, check your mail, then send again within 15 minutes"),
                reason(
                        "excluded",
                        setup -> {
                            setup.settings(
                                    PolicySettings.builder().excluded(NetworkSet.parse(List.of("192.0.2.0/24"))));
                            setup.login(CLIENT, BOB);
                        },
                        "checking mail does not allow sending from this network; turn on SMTP authentication"));
    }

    private static Arguments reason(String name, Consumer<Setup> condition, String text) {
        return Arguments.of(name, condition, "5.7.1 Relaying denied for 192.0.2.1: " + text);
    }

    // ---- each reason at each place

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void aRecipientShouldBeRefusedWithCode550AndTheReason(String name, Consumer<Setup> condition, String text) {
        condition.accept(setup);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + text);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void aRecipientShouldBeRefusedWithCode530WhereJamesAsksForAuthentication(
            String name, Consumer<Setup> condition, String text) {
        condition.accept(setup);
        setup.james.announceAuth(true);
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("530 " + text);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void aSenderShouldBeRefusedWithCode530WhereJamesVerifiesIdentities(
            String name, Consumer<Setup> condition, String text) {
        condition.accept(setup);
        setup.james.verifyIdentity(true);
        SmtpClient client = setup.started().connect(CLIENT);

        assertThat(client.mailFrom(BOB)).isEqualTo("530 " + text);
        assertThat(client.rcptTo(FRIEND)).startsWith("503 ");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void helpShouldFollow(String name, Consumer<Setup> condition, String text) {
        condition.accept(setup);
        SmtpClient client = setup.help("https://help.example.org/").started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + text + " (help: https://help.example.org/)");
    }

    // ---- ports without SMTP AUTH

    private static String withoutAdvice(String text) {
        return text.replaceAll("(;|, or) turn on SMTP authentication$", "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void aPortThatAnnouncesNoAuthShouldNotAdviseIt(String name, Consumer<Setup> condition, String text) {
        condition.accept(setup);
        setup.james.neverAnnounceAuth();
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + withoutAdvice(text));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reasons")
    void aPortWhoseChainHasNoAuthShouldNotAdviseItWhateverItsSettingsSay(
            String name, Consumer<Setup> condition, String text) {
        condition.accept(setup);
        setup.james.announceAuth(true).withoutAuthCommand();
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("530 " + withoutAdvice(text));
    }

    @Test
    void helpShouldBeNamedWhereThereIsNoAuth() {
        setup.james.neverAnnounceAuth();
        SmtpClient client = setup.help("Tel. 0123").started().connect(CLIENT);
        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND))
                .isEqualTo("550 5.7.1 Relaying denied for 192.0.2.1: check your mail first, then send again within 15"
                        + " minutes (help: Tel. 0123)");
    }

    @Test
    void theOperatorsOwnTextShouldBeReadAsItIsWrittenAndOnlyForItsReason() {
        setup.james.neverAnnounceAuth();
        SmtpClient client = setup.texts(Map.of(
                        Reason.NULL_SENDER,
                        "Lesebestaetigungen nicht",
                        Reason.NO_GRANT,
                        "Erst abrufen ({minutes} min)"))
                .started()
                .connect(CLIENT);
        client.mailFrom("");
        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 5.7.1 Lesebestaetigungen nicht");
        client.rset();
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 5.7.1 Erst abrufen (15 min)");
    }

    // ---- the store is down

    @Test
    void aClientShouldTryAgainIfTheStoreIsDown() {
        setup.login(CLIENT, BOB);
        setup.store.failWith(Faults.ALL.get(0));
        SmtpClient client = setup.started().connect(CLIENT);

        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND))
                .isEqualTo("451 4.3.0 Relaying for 192.0.2.1 cannot be decided right now, please try again later");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
    }

    @Test
    void aSenderShouldTryAgainIfTheStoreIsDownWhereJamesVerifiesIdentities() {
        setup.james.verifyIdentity(true);
        setup.store.failWith(Faults.ALL.get(0));
        SmtpClient client = setup.started().connect(CLIENT);

        assertThat(client.mailFrom(BOB)).startsWith("451 4.3.0 ");
        assertThat(client.mailFrom("friend@example.net")).startsWith("250 ");
    }

    @Test
    void aClientShouldGetJamesOwnRefusalIfTheOperatorWantsItThatWay() {
        setup.store.failWith(Faults.ALL.get(0));
        SmtpClient client =
                setup.onStoreFailure(OnStoreFailure.REFUSE).started().connect(CLIENT);

        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 5.7.1 Requested action not taken: relaying denied");
    }

    @ParameterizedTest
    @EnumSource(OnStoreFailure.class)
    void aKnownGrantShouldAllowAndNotSpeakForOthersWhileTheStoreKnowsOnlySome(OnStoreFailure reaction) {
        List<Grant> known = List.of(setup.login(CLIENT, ALICE));
        setup.store.failWith(() -> new StoreUnavailableException("the store is cut off", null, known));
        SmtpClient client = setup.onStoreFailure(reaction).started().connect(CLIENT);

        client.mailFrom(ALICE);
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        client.rset();

        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND))
                .startsWith(
                        reaction == OnStoreFailure.TEMPFAIL
                                ? "451 4.3.0 Relaying for 192.0.2.1 cannot be decided"
                                : "550 5.7.1 Requested action not taken: relaying denied");
        assertThat(client.rcptTo(ALICE)).startsWith("250 ");
    }

    @Test
    void aClientWhoseSenderNoGrantCoversShouldNotTryAgainIfTheStoreIsDown() {
        setup.store.failWith(Faults.ALL.get(0));
        SmtpClient client = setup.started().connect(CLIENT);

        client.mailFrom("spammer@example.com");

        assertThat(client.rcptTo(FRIEND)).startsWith("550 5.7.1 Relaying denied for 192.0.2.1: the sender address");
    }

    // ---- logging in while sending

    @Test
    void aRecipientShouldBeAcceptedIfTheLoginCameAfterMail() {
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        setup.login(CLIENT, BOB);

        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(setup.events.take()).containsExactly("allowed 192.0.2.1 bob@example.org by bob@example.org");
    }

    @Test
    void laterRecipientsShouldBeAcceptedIfTheLoginCameAfterARefusal() {
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).startsWith("550 ");
        setup.login(CLIENT, BOB);

        assertThat(client.rcptTo(FRIEND)).as("the store is not asked again yet").startsWith("550 ");
        setup.pass(Duration.ofSeconds(1));
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
        assertThat(client.data()).startsWith("250 ");
        assertThat(setup.james.takeAccepted())
                .singleElement()
                .satisfies(mail -> assertThat(mail.isRelayed()).isTrue());
    }

    @Test
    void whoeverIsRefusedWhileALoginIsUnderWayShouldBeToldToSendAgain() {
        setup.underWay().begin(CLIENT);
        SmtpClient client = setup.started().connect(CLIENT);
        String text = "5.7.1 Relaying denied for 192.0.2.1: a login at this address is being checked; send again now";

        client.mailFrom(BOB);
        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 " + text);
        client.rset();
        setup.james.verifyIdentity(true);
        assertThat(client.mailFrom(BOB)).isEqualTo("530 " + text);
    }

    @ParameterizedTest
    @EnumSource(value = SenderRule.class, names = "ANY", mode = EnumSource.Mode.EXCLUDE)
    void aReceiptShouldBeRefusedWithATextOfItsOwn(SenderRule rule) {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.sender(rule).started().connect(CLIENT);

        client.mailFrom("");

        assertThat(client.rcptTo(FRIEND))
                .isEqualTo(
                        "550 5.7.1 Relaying denied for 192.0.2.1: a receipt without a sender cannot be sent this way;"
                                + " turn on SMTP authentication");
    }

    @Test
    void withLocalTheTextShouldSpeakOfTheAddressesOfThisServer() {
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.sender(SenderRule.LOCAL).started().connect(CLIENT);

        client.mailFrom("x@example.net");

        assertThat(client.rcptTo(FRIEND))
                .isEqualTo("550 5.7.1 Relaying denied for 192.0.2.1: the sender address is none of this server's;"
                        + " send from your address here, or turn on SMTP authentication");
    }

    // ---- checks that a right to relay spares

    @Test
    void aListedClientShouldReadWhyItsOwnMailIsRefusedWithJamesOwnCode() {
        setup.started().james.handler(new Blocklist());
        SmtpClient client = setup.connect(CLIENT);

        assertThat(client.mailFrom(BOB))
                .isEqualTo(
                        "554 5.7.1 Relaying denied for 192.0.2.1: check your mail first, then send again within 15 minutes,"
                                + " or turn on SMTP authentication");
        assertThat(setup.events.take()).containsExactly("refused 192.0.2.1 bob@example.org no-grant");
        setup.login(CLIENT, BOB);
        assertThat(client.mailFrom(BOB)).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @ParameterizedTest
    @EnumSource(SenderRule.class)
    void aListedClientThatDeliversMailFromElsewhereShouldHearWhatJamesSays(SenderRule rule) {
        setup.sender(rule).started().james.handler(new Blocklist());
        SmtpClient client = setup.connect(CLIENT);

        assertThat(client.mailFrom("x@example.net")).startsWith("554 5.7.1 Rejected: unauthenticated e-mail from ");
        assertThat(setup.events.take()).isEmpty();
        assertThat(setup.store.finds()).isEqualTo(rule == SenderRule.ANY ? 1 : 0);
    }

    @Test
    void withAnyAListedClientThatHasAGrantShouldRelayForASenderFromElsewhere() {
        setup.sender(SenderRule.ANY).started().james.handler(new Blocklist());
        setup.login(CLIENT, BOB);
        SmtpClient client = setup.connect(CLIENT);

        assertThat(client.mailFrom("x@example.net")).startsWith("250 ");
        assertThat(client.rcptTo(FRIEND)).startsWith("250 ");
    }

    @Test
    void aListedClientShouldTryAgainIfTheStoreIsDown() {
        setup.store.failWith(Faults.ALL.get(0));
        setup.started().james.handler(new Blocklist());

        assertThat(setup.connect(CLIENT).mailFrom(BOB)).startsWith("451 4.3.0 ");
    }

    /** James's own check, with a list that has everybody on it. */
    private static final class Blocklist extends DNSRBLHandler {

        private Blocklist() {
            setBlacklist(new String[] {"list.example"});
        }

        @Override
        protected boolean resolve(String name) {
            return true;
        }
    }

    // ---- what is not explained

    @Test
    void otherRefusalsShouldStayAsTheyAre() {
        setup.james.handler(new RefusingHook("550", "5.7.1 your address is on a black list"));
        SmtpClient client = setup.started().connect(CLIENT);

        client.mailFrom(BOB);

        assertThat(client.rcptTo(FRIEND)).isEqualTo("550 5.7.1 your address is on a black list");
        assertThat(setup.events.take()).isEmpty();
    }

    // ---- events

    @Test
    void aRefusedTransactionShouldBeReportedOnce() {
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom(BOB);
        IntStream.range(0, 10_000).forEach(i -> client.rcptTo("friend" + i + "@example.net"));

        assertThat(setup.events.take()).containsExactly("refused 192.0.2.1 bob@example.org no-grant");
        assertThat(setup.store.finds()).isEqualTo(2);
        client.rset();
        client.mailFrom("x@example.net");
        client.rcptTo(FRIEND);
        assertThat(setup.events.take()).containsExactly("refused 192.0.2.1 x@example.net no-grant");
    }

    @Test
    void aSenderWhoIsRefusedAtMailShouldBeReportedEachTime() {
        setup.james.verifyIdentity(true);
        SmtpClient client = setup.started().connect(CLIENT);

        client.mailFrom(BOB);
        client.mailFrom(ALICE);

        assertThat(setup.events.take())
                .containsExactly(
                        "refused 192.0.2.1 bob@example.org no-grant", "refused 192.0.2.1 alice@example.org no-grant");
    }

    @Test
    void localMailShouldReportNothing() {
        SmtpClient client = setup.started().connect(CLIENT);
        client.mailFrom("x@example.net");
        client.rcptTo(BOB);
        client.data();

        assertThat(setup.events.take()).isEmpty();
    }

    // ---- bytes of the client

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\ry\"@example.org",
                "\"x\ny\"@example.org",
                "\"x\u0007y\"@example.org",
                "\"x\u00e9y\"@example.org",
                "550-x@example.org",
                "x}{address}@example.org",
                "\"{help} {lifetime}\"@example.org"
            })
    void aClientShouldNotPutItsBytesIntoTheReply(String sender) {
        setup.james.verifyIdentity(true);
        SmtpClient client = setup.started().connect(CLIENT);
        client.say("EHLO \u00e9\u0007.example.net");
        client.mailFrom(BOB);
        client.mailFrom(sender);
        client.rset();
        setup.james.verifyIdentity(false);
        client.mailFrom(sender);

        String reply = client.rcptTo("\"a\rb\u00e9\"@example.net");

        assertThat(reply)
                .doesNotContain("\r", "\n", "\u0007", "\u00e9")
                .matches("(550|503|553) 5\\.[157]\\.[0-9] [ -~]*");
        if (reply.startsWith("550")) {
            assertThat(reply)
                    .isEqualTo("550 5.7.1 Relaying denied for 192.0.2.1: check your mail first, then send again "
                            + "within 15 minutes, or turn on SMTP authentication");
        }
    }

    @Test
    void eachReplyShouldFitIntoALine() {
        ClientAddress longest = ClientAddress.parse("2001:1db8:1111:2222:3333:4444:5555:6666");
        SmtpClient client = setup.help("h".repeat(200)).started().connect(longest);
        client.mailFrom(BOB);

        String reply = client.rcptTo(FRIEND);

        assertThat(reply).contains("2001:1db8:1111:2222:3333:4444:5555:6666").endsWith("hhh)");
        assertThat(reply.length() + 2).isLessThanOrEqualTo(512);
    }

    /** Some other check of the operator's. */
    private record RefusingHook(String code, String text) implements RcptHook {

        @Override
        public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress recipient) {
            return HookResult.builder()
                    .hookReturnCode(HookReturnCode.deny())
                    .smtpReturnCode(code)
                    .smtpDescription(text)
                    .build();
        }
    }
}
