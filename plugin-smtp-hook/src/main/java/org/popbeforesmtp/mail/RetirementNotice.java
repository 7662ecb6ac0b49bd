// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import com.google.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.mailbox.MailboxManager;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.policy.Senders;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a user whose mail was relayed on a grant that they should turn on SMTP AUTH: a notice in their mailbox, once in a
 * while, on whichever node. The mail itself goes on as it is, whatever becomes of the notice.
 *
 * <pre>{@code <mailet match="org.popbeforesmtp.mail.RelayedByGrant" class="org.popbeforesmtp.mail.RetirementNotice">
 *   <every>30d</every>
 *   <language>en</language>
 * </mailet>}</pre>
 */
public final class RetirementNotice implements Mailet {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^\\x21-\\x7e]");

    /** The kinds of the values that say who was notified: a dry run does not prevent a later notice. */
    private static final String TOLD = "notice";

    private static final String TOLD_ON_TRIAL = "notice-dry-run";

    /** Puts a message into a user's mailbox. */
    interface Inboxes {
        void append(String user, byte[] message) throws Exception;
    }

    private final ValueStore values;
    private final Senders senders;
    private final Supplier<Retirement> retirement;
    private final Supplier<String> help;
    private final Clock clock;
    private final Inboxes inboxes;
    private final FileSystem files;
    private final LogLimit failures;
    private @Nullable MailetConfig config;
    private @Nullable NoticeSettings settings;

    @Inject
    public RetirementNotice(PopBeforeSmtp product, MailboxManager mailboxes, FileSystem files) {
        this(
                product.values(),
                product.senders(),
                () -> product.configuration().policy().retirement(),
                () -> product.configuration().refusalTexts().help(),
                product.clock(),
                new JamesInboxes(mailboxes),
                files);
    }

    RetirementNotice(
            ValueStore values,
            Senders senders,
            Supplier<Retirement> retirement,
            Supplier<String> help,
            Clock clock,
            Inboxes inboxes,
            FileSystem files) {
        this.values = values;
        this.senders = senders;
        this.retirement = retirement;
        this.help = help;
        this.clock = clock;
        this.inboxes = inboxes;
        this.files = files;
        this.failures = new LogLimit(clock, 1);
    }

    // The methods of a mailet have no throws clauses here: the exception class is another one in later versions of
    // James.

    @Override
    public void init(MailetConfig newConfig) {
        config = newConfig;
        Map<String, String> parameters = new TreeMap<>();
        for (Iterator<String> names = newConfig.getInitParameterNames(); names.hasNext(); ) {
            String name = names.next();
            String value = newConfig.getInitParameter(name);
            // Attributes are James's own.
            if (!name.startsWith("[@") && value != null) {
                parameters.put(name, value);
            }
        }
        settings = NoticeSettings.read(parameters, files::getFile);
    }

    @Override
    public void service(Mail mail) {
        NoticeSettings used = settings;
        if (used == null) {
            return;
        }
        try {
            Optional<String> user = userToNotify(mail);
            if (user.isPresent()) {
                notifyOnce(user.get(), RelayStamp.address(mail).orElse(""), used);
            }
        } catch (Throwable e) {
            // Whatever fails, the mail is relayed.
            if (failures.permits()) {
                LOGGER.warn("RetirementNotice could not notify a user, their mail is relayed: {}", e.toString());
            }
        }
    }

    private Optional<String> userToNotify(Mail mail) {
        return RelayStamp.user(mail)
                .filter(user -> !mail.getMaybeSender().isNullSender()
                        && !retirement.get().isExempt(user)
                        && !AutoSubmitted.isAutomatic(mail)
                        && senders.exists(user));
    }

    private void notifyOnce(String user, String address, NoticeSettings used) throws Exception {
        ValueKey key = ValueKey.of(used.isDryRun() ? TOLD_ON_TRIAL : TOLD, user);
        String claim = clock.millis() + " " + UUID.randomUUID();
        Value mine = Value.of(claim, used.every());
        Optional<Value> claimed = values.update(key, (same, before) -> before.or(() -> Optional.of(mine)));
        if (claimed.filter(value -> value.text().equals(claim)).isEmpty()) {
            return;
        }
        String shown = NOT_PRINTABLE.matcher(user).replaceAll("?");
        if (used.isDryRun()) {
            LOGGER.info("RetirementNotice would notify {} (dryRun)", shown);
            return;
        }
        try {
            inboxes.append(user, message(user, address, used));
        } catch (Exception | Error e) {
            values.update(
                    key, (same, before) -> before.filter(value -> !value.text().equals(claim)));
            throw e;
        }
        LOGGER.info("RetirementNotice has notified {}", shown);
    }

    private byte[] message(String user, String address, NoticeSettings used) {
        Instant now = clock.instant();
        NoticeTemplate template = used.template();
        Map<String, String> facts = Map.of(
                "{user}", user,
                "{address}", address,
                "{date}", retirement.get().date().map(template::day).orElse(""),
                "{help}", help.get(),
                "{lastUse}", template.time(now));
        String postmaster = config == null
                ? "postmaster@localhost"
                : config.getMailetContext().getPostmaster().asString();
        return PlainMessage.of(
                postmaster, user, template.subject(facts), template.body(facts), template.language(), now);
    }

    @Override
    public void destroy() {
        // There is nothing to close.
    }

    @Override
    public @Nullable MailetConfig getMailetConfig() {
        return config;
    }

    @Override
    public String getMailetInfo() {
        return "POP before SMTP: tells users that they should turn on SMTP AUTH";
    }
}
