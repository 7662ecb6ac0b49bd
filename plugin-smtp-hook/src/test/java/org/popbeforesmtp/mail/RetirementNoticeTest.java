// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.mail.Session;
import javax.mail.internet.MimeMessage;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.RecordedLog;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.policy.UserSet;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.memory.MemoryValueStore;

class RetirementNoticeTest {

    private static final String BOB = "bob@example.org";
    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private final MutableClock clock = new MutableClock();
    private final MemoryValueStore values = new MemoryValueStore(clock);
    private final FakeSenders senders =
            new FakeSenders().domain("example.org").user(BOB).user("printer@example.org");
    private final Retirement retirement = Retirement.of(
            Optional.of(Instant.parse("2027-06-01T00:00:00Z")),
            List.of(),
            Optional.empty(),
            UserSet.parse(List.of("printer@example.org")));
    private final Map<String, String> parameters = new HashMap<>();

    /** Whom it told, and what. */
    private final List<String> told = new ArrayList<>();

    private final List<MimeMessage> messages = new ArrayList<>();
    private @Nullable Exception failure;

    @TempDir
    private Path directory;

    private RetirementNotice mailet = mailet();

    private RetirementNotice mailet() {
        return mailet(retirement, "https://help.example.org/mail");
    }

    private RetirementNotice mailet(Retirement plan, String help) {
        return new RetirementNotice(values, senders, () -> plan, () -> help, clock, this::append, new JamesFiles());
    }

    private void append(String user, byte[] message) throws Exception {
        if (failure != null) {
            throw failure;
        }
        told.add(user);
        messages.add(new MimeMessage(null, new ByteArrayInputStream(message)));
    }

    @BeforeEach
    void init() {
        mailet.init(config());
    }

    private MailetConfig config() {
        return new MailetConfig() {
            @Override
            public @Nullable String getInitParameter(String name) {
                return parameters.get(name);
            }

            @Override
            public Iterator<String> getInitParameterNames() {
                return parameters.keySet().iterator();
            }

            @Override
            public MailetContext getMailetContext() {
                return (MailetContext) Proxy.newProxyInstance(
                        MailetContext.class.getClassLoader(),
                        new Class<?>[] {MailetContext.class},
                        (proxy, method, arguments) -> new MailAddress("postmaster@example.org"));
            }

            @Override
            public String getMailetName() {
                return "RetirementNotice";
            }
        };
    }

    /** The files of James, of which only those in a directory are asked for. */
    private final class JamesFiles implements FileSystem {
        @Override
        public InputStream getResource(String url) {
            throw new UnsupportedOperationException(url);
        }

        @Override
        public File getFile(String url) throws FileNotFoundException {
            if (!url.startsWith("file://")) {
                throw new FileNotFoundException(url);
            }
            return directory.resolve(url.substring("file://".length())).toFile();
        }

        @Override
        public File getBasedir() {
            return directory.toFile();
        }
    }

    private static Mail mail(MaybeSender sender, String... headers) throws Exception {
        MimeMessage message = new MimeMessage(Session.getInstance(new Properties()));
        message.setText("Hello");
        for (String header : headers) {
            message.addHeaderLine(header);
        }
        return MailImpl.builder()
                .name("mail")
                .sender(sender)
                .addRecipient("friend@example.net")
                .mimeMessage(message)
                .build();
    }

    private static Mail relayed(String user, String... headers) throws Exception {
        Mail mail = mail(MaybeSender.of(new MailAddress("sender@example.org")), headers);
        return stamped(mail, Login.of(CLIENT, user, Protocol.POP3, true));
    }

    private static Mail stamped(Mail mail, Login login) {
        RelayStamp.put(mail, CLIENT, Grant.issue(login, Instant.parse("2026-05-04T10:00:00Z"), Lifetime.parse("15m")));
        return mail;
    }

    // ---- who is told

    @Test
    void aUserWhoseMailWasRelayedOnAGrantShouldBeToldOnceInAWhile() throws Exception {
        mailet.service(relayed(BOB));
        mailet.service(relayed(BOB));
        assertThat(told).containsExactly(BOB);

        clock.turn(Duration.ofDays(30).minusMillis(1));
        mailet.service(relayed(BOB));
        assertThat(told).hasSize(1);

        clock.turn(Duration.ofMillis(1));
        mailet.service(relayed(BOB));
        assertThat(told).hasSize(2);
    }

    @Test
    void anotherNodeShouldNotNotifyThemAgain() throws Exception {
        RetirementNotice other = mailet();
        other.init(config());

        mailet.service(relayed(BOB));
        other.service(relayed(BOB));

        assertThat(told).hasSize(1);
    }

    @Test
    void nobodyShouldBeToldForOtherMail() throws Exception {
        mailet.service(mail(MaybeSender.of(new MailAddress(BOB))));
        mailet.service(
                stamped(mail(MaybeSender.of(new MailAddress(BOB))), Login.ofUnknownUser(CLIENT, Protocol.DRAC, false)));
        mailet.service(stamped(mail(MaybeSender.nullSender()), Login.of(CLIENT, BOB, Protocol.POP3, true)));
        mailet.service(relayed("stranger@example.net"));
        mailet.service(relayed("printer@example.org"));

        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto-replied", "auto-generated", "Auto-Notified; owner-email=x", "yes"})
    void nobodyShouldBeToldForAutomaticMail(String value) throws Exception {
        mailet.service(relayed(BOB, "Auto-Submitted: " + value));

        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "NO (a person)", " no ; x=y"})
    void aMailThatSaysThatAPersonHasSentItShouldCount(String value) throws Exception {
        mailet.service(relayed(BOB, "Auto-Submitted: " + value));

        assertThat(told).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dryRun", "dry-run"})
    void aDryRunShouldOnlyLogAndPreventNoLaterNotice(String key) throws Exception {
        parameters.put(key, "true");
        RetirementNotice trial = mailet();
        trial.init(config());
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            trial.service(relayed(BOB));
            trial.service(relayed(BOB));
            assertThat(log.take()).containsExactly("INFO RetirementNotice would notify " + BOB + " (dryRun)");
        }
        assertThat(told).isEmpty();

        mailet.service(relayed(BOB));
        assertThat(told).containsExactly(BOB);
    }

    // ---- failures

    @Test
    void aNoticeThatFailedShouldBeTriedWithTheNextMailAndTheMailGoOn() throws Exception {
        Mail mail = relayed(BOB);
        failure = new IllegalStateException("over quota");
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            mailet.service(mail);
            assertThat(log.take())
                    .singleElement()
                    .asString()
                    .contains("WARN", "over quota")
                    .doesNotContain(BOB);
        }
        assertThat(mail.getState()).isEqualTo(Mail.DEFAULT);
        assertThat(mail.getRecipients()).hasSize(1);

        failure = null;
        mailet.service(relayed(BOB));
        assertThat(told).hasSize(1);
    }

    @Test
    void anUnavailableUserRepositoryShouldNotStopTheMail() throws Exception {
        senders.failWith(() -> new IllegalStateException("LDAP is down"));

        mailet.service(relayed(BOB));

        assertThat(told).isEmpty();
    }

    // ---- what they are told

    @Test
    void theNoticeShouldSayWhatWhenAndWhereThereIsHelp() throws Exception {
        mailet.service(relayed(BOB));

        MimeMessage notice = messages.get(0);
        assertThat(notice.getSubject()).isEqualTo("Please change how you send mail before June 1, 2027");
        assertThat(notice.getContent().toString())
                .contains("Hello " + BOB, "192.0.2.1", "on May 4, 2026", "will end on June 1, 2027")
                .contains("help here: https://help.example.org/mail")
                .doesNotContain("{");
        assertThat(notice.getHeader("Return-Path", ",")).isEqualTo("<>");
        assertThat(notice.getHeader("Auto-Submitted", ",")).isEqualTo("auto-generated");
        assertThat(notice.getHeader("From", ",")).isEqualTo("<postmaster@example.org>");
        assertThat(notice.getHeader("To", ",")).isEqualTo("<" + BOB + ">");
        assertThat(notice.getHeader("Content-Language", ",")).isEqualTo("en");
        assertThat(notice.getSentDate().toInstant()).isEqualTo("2026-05-04T10:00:00Z");
        assertThat(notice.getMessageID()).matches("<[^<>@]+@example\\.org>");
    }

    @Test
    void whatIsNotKnownShouldBeLeftOut() throws Exception {
        RetirementNotice without = mailet(Retirement.NONE, "");
        without.init(config());

        without.service(relayed(BOB));

        assertThat(messages.get(0).getSubject()).isEqualTo("Please change how you send mail");
        assertThat(messages.get(0).getContent().toString())
                .contains("Hello " + BOB)
                .doesNotContain("{", "will end", "help here");
    }

    @ParameterizedTest
    @CsvSource({
        "de, Bitte stellen Sie Ihren Mailversand vor dem 1. Juni 2027 um, Ausgangsserver erfordert Authentifizierung",
        "fr, Merci de modifier l\u2019envoi de vos courriels avant le 1 juin 2027, Mon serveur sortant requiert",
        "ja, 2027\u5e746\u67081\u65e5\u307e\u3067\u306b\u30e1\u30fc\u30eb\u9001\u4fe1\u306e\u8a2d\u5b9a\u3092\u5909\u66f4\u3057\u3066\u304f\u3060\u3055\u3044, \u9001\u4fe1\u30b5\u30fc\u30d0\u30fc\u306f\u8a8d\u8a3c\u304c\u5fc5\u8981"
    })
    void theNoticeShouldBeInTheLanguageOfTheUsers(String language, String subject, String part) throws Exception {
        parameters.put("language", language);
        RetirementNotice inLanguage = mailet();
        inLanguage.init(config());

        inLanguage.service(relayed(BOB));

        MimeMessage notice = messages.get(0);
        assertThat(notice.getSubject()).isEqualTo(subject);
        assertThat(notice.getContent().toString())
                .contains(part, BOB, "192.0.2.1")
                .doesNotContain("{");
        assertThat(notice.getHeader("Content-Language", ",")).isEqualTo(language);
    }

    @Test
    void theOperatorsOwnTextShouldBeUsed() throws Exception {
        Files.write(
                directory.resolve("notice.txt"),
                "Subject: Gr\u00fc\u00dfe an {user}\n\nZuletzt {lastUse}\n".getBytes(UTF_8));
        parameters.put("template", "file://notice.txt");
        parameters.put("language", "de");
        RetirementNotice own = mailet();
        own.init(config());

        own.service(relayed(BOB));

        assertThat(messages.get(0).getSubject()).isEqualTo("Gr\u00fc\u00dfe an " + BOB);
        assertThat(messages.get(0).getContent().toString())
                .startsWith("Zuletzt 4. Mai 2026")
                .endsWith("UTC\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=cmd|'/c calc'!a1 b@example.com", "bob\r\nbcc: eve@example.net", "zo\u00eb", "bob"})
    void noNameShouldBreakOutOfItsPlace(String user) throws Exception {
        senders.user(user);
        Files.writeString(directory.resolve("notice.txt"), "Subject: To {user}\n\nHello {user}\n");
        parameters.put("template", "file://notice.txt");
        RetirementNotice own = mailet();
        own.init(config());

        own.service(relayed(user));

        MimeMessage notice = messages.get(0);
        assertThat(notice.getSubject()).isEqualTo("To " + user.replaceAll("\\p{Cntrl}", " "));
        assertThat(notice.getHeader("Bcc")).isNull();
        assertThat(notice.getHeader("To", ",")).isEqualTo("undisclosed-recipients:;");
    }

    // ---- what can be set

    @Test
    void whatIsWrongShouldBeNamedAtOnce() throws Exception {
        Files.writeString(directory.resolve("notice.txt"), "Hello");
        parameters.putAll(Map.of(
                "every", "30", "language", "xx", "dryRun", "yes", "template", "file://notice.txt", "evry", "1d"));

        assertThatThrownBy(() -> mailet.init(config()))
                .hasMessageStartingWith(
                        "RetirementNotice: evry is not a key; the keys are every, language, template and dryRun")
                .hasMessageContaining("; every was '30' but it must be a duration from 1s to 365d, such as 30d")
                .hasMessageContaining("; dryRun was 'yes' but it must be true or false")
                .hasMessageContaining("; language was 'xx' but it must be one of en, de, fr, ja")
                .hasMessageContaining(
                        "; template was 'file://notice.txt' but it must begin with a line 'Subject: ...'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file://nowhere.txt", "nowhere"})
    void aTemplateThatIsNotThereShouldBeNamed(String url) {
        parameters.put("template", url);

        assertThatThrownBy(() -> mailet.init(config()))
                .hasMessageContaining("template was '" + url + "' but it must be the URL of a file that can be read");
    }

    @Test
    void whatIsSetShouldHold() throws Exception {
        parameters.put("every", "7d");
        mailet = mailet();
        mailet.init(config());
        mailet.service(relayed(BOB));

        clock.turn(Duration.ofDays(7));
        mailet.service(relayed(BOB));

        assertThat(told).hasSize(2);
    }
}
