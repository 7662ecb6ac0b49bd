// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A James whose wall clock is turned while it runs, as if weeks went by: what has dates follows, and how long a grant lasts does
 * not. A library that is preloaded answers for the clock; it takes a C compiler to make it.
 */
@Tag("real-peers")
class TurnedClockIT {

    private static final Path SOURCE = Build.module().resolve("src/test/c/turned_clock.c");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private JamesBuilder withTurnedClock(JamesBuilder builder) {
        Path library = directory.resolve("turned_clock.so");
        Program.Outcome compiled = Program.run(
                List.of("gcc", "-shared", "-fPIC", "-o", library.toString(), SOURCE.toString(), "-ldl"), "");
        compiled.assertSucceeded();
        turn(Duration.ZERO);
        return builder.environment("LD_PRELOAD", library.toString())
                .environment("TURNED_CLOCK", offset().toString())
                .file("webadmin.properties", WebAdminIT.sample("webadmin.properties"));
    }

    private Path offset() {
        return directory.resolve("ahead");
    }

    /** Sets how far James's wall clock is ahead of this computer's. */
    private void turn(Duration ahead) {
        try (FileChannel file = FileChannel.open(offset(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(0, ahead.toSeconds());
            // In place: James has mapped the file.
            file.write(seconds, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPlanOfWeeksShouldBeCarriedOutOnAnOpenConnection() {
        Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Instant end = start.plus(Duration.ofDays(40));
        try (MailSite site = MailSite.start(
                "turned-clock",
                builder -> withTurnedClock(builder)
                        .with("retirement.date", end.toString())
                        .with("retirement.rampUp", "10d")
                        .with("retirement.brownouts", start.plus(Duration.ofDays(20)) + "/PT2H"))) {
            String client = newClient();
            site.checkMail(client, ALICE);
            RampedUsers users = RampedUsers.logIn(site, 40);
            try (SmtpClient smtp = site.james().smtp(client)) {
                assertThat(toElsewhere(smtp).code()).isEqualTo(250);
                turn(Duration.ofDays(20).plusMinutes(1));
                assertThat(toElsewhere(smtp).toString())
                        .startsWith(
                                "451 4.7.1 Relaying denied for " + client + ": sending after checking mail is paused");
                turn(Duration.ofDays(20).plusHours(3));
                assertThat(toElsewhere(smtp).code())
                        .as("the grant lasts as long as before")
                        .isEqualTo(250);

                theRampShouldChooseOthersEachHour(users);

                turn(Duration.ofDays(41));
                assertThat(toElsewhere(smtp).toString())
                        .matches("5[35]0 5\\.7\\.1 Relaying denied for .*: sending after checking mail has ended on "
                                + LocalDate.ofInstant(end, ZoneOffset.UTC) + ".*");
                users.assertAllAreRefusedForGood();
            }
            theReportShouldKnowTheDays(site, LocalDate.ofInstant(start, ZoneOffset.UTC));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(site.james().logLines("retirement.date has passed"))
                            .hasSize(1));
        }
    }

    /** In the middle of the ramp half of them are; 24 hours have 24 different halves. */
    private void theRampShouldChooseOthersEachHour(RampedUsers users) {
        turn(Duration.ofDays(35));
        Set<String> first = users.putOff();
        assertThat(first.size()).isBetween(6, 34);
        turn(Duration.ofDays(35).plusHours(1));
        Set<String> second = users.putOff();
        assertThat(second.size()).isBetween(6, 34);
        assertThat(second).isNotEqualTo(first);
        turn(Duration.ofDays(39).plusHours(23));
        assertThat(users.putOff().size()).isGreaterThan(34);
    }

    private static void theReportShouldKnowTheDays(MailSite site, LocalDate start) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            String report = site.james()
                    .webAdmin()
                    .request("GET", "/pop-before-smtp/usage?since=60d", "")
                    .body();
            assertThat(report).contains("\"to\":\"" + start.plusDays(41) + "\"");
            assertThat(report).containsPattern("\"day\":\"" + start.plusDays(35) + "\",\"users\":[1-9]");
        });
        assertThat(site.james()
                        .webAdmin()
                        .request("GET", "/pop-before-smtp/usage?since=60d&format=html", "")
                        .body())
                .contains("Grants have ended on ");
    }

    private static Reply toElsewhere(SmtpClient smtp) {
        smtp.command("RSET");
        Reply reply = smtp.mailFrom(ALICE);
        return reply.isPositive() ? smtp.rcptTo(STRANGER) : reply;
    }
}
