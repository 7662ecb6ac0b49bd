// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.slf4j.LoggerFactory;

/** What the audit log says from now on. */
final class AuditLines implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("org.popbeforesmtp.audit");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // Fields are read late otherwise, when they are gone.
            event.prepareForDeferredProcessing();
            super.append(event);
        }
    };

    private final PopBeforeSmtp product;

    AuditLines(PopBeforeSmtp product) {
        this.product = product;
        product.flushEvents();
        appender.start();
        logger.addAppender(appender);
    }

    List<String> texts() {
        product.flushEvents();
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** The MDC fields of each line, those that James itself sets for a request left out. */
    List<Map<String, String>> fields() {
        product.flushEvents();
        return appender.list.stream()
                .<Map<String, String>>map(event -> {
                    Map<String, String> fields = new java.util.TreeMap<>(event.getMDCPropertyMap());
                    fields.keySet().retainAll(List.of("user", "address", "protocol", "reason"));
                    return fields;
                })
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
