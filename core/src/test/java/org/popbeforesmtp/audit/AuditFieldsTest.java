// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The audit log's MDC fields beside those of James. */
class AuditFieldsTest {

    private final MutableClock clock = new MutableClock();
    private final Audit audit =
            new Audit(clock, new SharedAddresses(PolicySettings.builder().build(), clock));
    private final ListAppender<ILoggingEvent> log = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // Fields are read late otherwise, when they are gone.
            event.prepareForDeferredProcessing();
            super.append(event);
        }
    };
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.popbeforesmtp.audit");

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        MDC.clear();
    }

    private Grant grant() {
        return Grant.issue(
                Login.of(ClientAddress.parse("192.0.2.1"), "bob@example.com", Protocol.POP3, true),
                clock.instant(),
                Lifetime.parse("15m"));
    }

    @Test
    void aLineShouldHaveItsFactsInFields() {
        audit.recorded(grant());

        assertThat(log.list.get(0).getMDCPropertyMap())
                .isEqualTo(Map.of("user", "bob@example.com", "address", "192.0.2.1", "protocol", "pop3"));
    }

    @Test
    void theFieldsOfTheSessionShouldBeThereAgainAfterwards() {
        MDC.put("protocol", "POP3");
        MDC.put("ip", "192.0.2.1");

        audit.recorded(grant());

        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("protocol", "POP3", "ip", "192.0.2.1"));
        assertThat(log.list.get(0).getMDCPropertyMap())
                .containsEntry("protocol", "pop3")
                .containsEntry("ip", "192.0.2.1");
    }

    @Test
    void aRevocationShouldNameWhatAndByWhom() {
        audit.revoked(Revocation.ofAddress(ClientAddress.parse("192.0.2.1"), "webadmin"), 2);
        audit.revoked(Revocation.ofUser("bob@example.com", "webadmin:eve\nforged line"), 1);

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "revoked address=192.0.2.1 grants=2 by=webadmin",
                        "revoked user=bob@example.com grants=1 by=webadmin:eve?forged?line");
    }
}
