// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What is written to a logger and those below it while this is open. */
public final class RecordedLog implements AutoCloseable {

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger;

    private RecordedLog(Logger logger) {
        this.logger = logger;
    }

    public static RecordedLog of(String name) {
        RecordedLog log = new RecordedLog((Logger) LoggerFactory.getLogger(name));
        log.events.start();
        log.logger.addAppender(log.events);
        return log;
    }

    /** The lines since the last call, each behind its level. */
    public List<String> take() {
        List<String> lines = events.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .collect(Collectors.toUnmodifiableList());
        events.list.clear();
        return lines;
    }

    @Override
    public void close() {
        logger.detachAppender(events);
    }
}
