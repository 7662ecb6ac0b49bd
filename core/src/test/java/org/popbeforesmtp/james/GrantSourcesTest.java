// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;

class GrantSourcesTest {

    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final Logger logger = new LoggerContext().getLogger("test");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final GrantSources sources = new GrantSources(clock, false);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    private void afterTheStart(GrantSources judged) {
        clock.turn(Duration.ofMinutes(1));
        judged.judge(logger);
        judged.judge(logger);
    }

    @Test
    void aHookWithoutAnySourceShouldBeWarnedOfOnce() {
        sources.addUse();
        sources.judge(logger);
        assertThat(log.list).isEmpty();

        afterTheStart(sources);

        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("Nothing in this James can grant", "pop3server.xml");
        });
    }

    @Test
    void aSourceShouldBeEnoughWhenItComesAfterTheHook() {
        sources.addUse();
        sources.add();

        afterTheStart(sources);

        assertThat(log.list).isEmpty();
    }

    @Test
    void withoutTheHookNothingShouldBeSaid() {
        afterTheStart(sources);

        assertThat(log.list).isEmpty();
    }

    @Test
    void otherNodesShouldCount() {
        GrantSources shared = new GrantSources(clock, true);
        shared.addUse();

        afterTheStart(shared);

        assertThat(log.list).isEmpty();
    }
}
