// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetirementTest {

    private static final Instant DATE = Instant.parse("2027-06-01T00:00:00Z");
    private static final Instant BROWNOUT = Instant.parse("2027-05-04T10:00:00Z");
    private static final Duration RAMP = Duration.ofDays(10);
    private static final Retirement PLAN = Retirement.of(
            Optional.of(DATE),
            Retirement.parseBrownouts(List.of("2027-05-04T10:00Z/PT1H")),
            Optional.of(RAMP),
            UserSet.parse(List.of("printer@example.com", "@example.org")));

    @Test
    void withoutAPlanNothingShouldEver() {
        assertThat(Retirement.NONE.reasonAt(DATE, "bob@example.com")).isEmpty();
        assertThat(Retirement.NONE.isPlanned()).isFalse();
        assertThat(Retirement.NONE.rampAt(DATE)).isZero();
    }

    @Test
    void aBrownoutShouldBeginAndEndOnTheInstant() {
        assertThat(PLAN.reasonAt(BROWNOUT.minusMillis(1), "bob@example.com")).isEmpty();
        assertThat(PLAN.reasonAt(BROWNOUT, "bob@example.com")).contains(Reason.BROWNOUT);
        assertThat(PLAN.reasonAt(BROWNOUT.plusSeconds(3599), "bob@example.com")).contains(Reason.BROWNOUT);
        assertThat(PLAN.reasonAt(BROWNOUT.plusSeconds(3600), "bob@example.com")).isEmpty();
    }

    @Test
    void fromTheDateOnGrantsShouldBeRetired() {
        assertThat(PLAN.reasonAt(DATE, "bob@example.com")).contains(Reason.RETIRED);
        assertThat(PLAN.isOverAt(DATE.minusMillis(1))).isFalse();
        assertThat(PLAN.isOverAt(DATE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"printer@example.com", "Printer@Example.Com", "anybody@example.org"})
    void anExemptUserShouldMeetNoneOfIt(String user) {
        assertThat(PLAN.reasonAt(BROWNOUT, user)).isEmpty();
        assertThat(PLAN.reasonAt(DATE, user)).isEmpty();
        assertThat(PLAN.reasonAt(DATE.minusSeconds(1), user)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10, 0.0", "9, 0.1", "5, 0.5", "1, 0.9"})
    void theRampShouldGrowEvenly(int daysLeft, double share) {
        Instant now = DATE.minus(Duration.ofDays(daysLeft));

        long met = IntStream.range(0, 10_000)
                .filter(user ->
                        PLAN.reasonAt(now, "user" + user + "@example.com").isPresent())
                .count();

        assertThat(PLAN.rampAt(now)).isCloseTo(share, within(1e-9));
        assertThat(met / 10_000.0).isCloseTo(share, within(0.02));
    }

    @Test
    void whoMeetsTheRampShouldMeetItUntilTheHourEndsAndNotAlwaysTheSameOnes() {
        Instant hour = DATE.minus(Duration.ofDays(5));
        long stillMet = 0;
        long metInTheNextHour = 0;
        long met = 0;
        for (int i = 0; i < 1_000; i++) {
            String user = "user" + i;
            if (PLAN.reasonAt(hour, user).isPresent()) {
                met++;
                stillMet += PLAN.reasonAt(hour.plusSeconds(3599), user).isPresent() ? 1 : 0;
                metInTheNextHour += PLAN.reasonAt(hour.plusSeconds(3600), user).isPresent() ? 1 : 0;
            }
        }

        assertThat(stillMet).isEqualTo(met);
        assertThat(metInTheNextHour).isBetween(met / 3, met * 2 / 3);
    }

    @Test
    void whoIsPutOffShouldBeSaidUntilWhen() {
        assertThat(PLAN.pauseAt(DATE.minus(Duration.ofDays(5)).plusSeconds(1800)))
                .isEqualTo("retirement.rampUp: 50 % of the users are deferred now, others each hour, this one until "
                        + DATE.minus(Duration.ofDays(5)).plusSeconds(3600));
        Retirement brownout = Retirement.of(
                Optional.empty(),
                Retirement.parseBrownouts(List.of("2027-05-04T10:00Z/PT1H")),
                Optional.empty(),
                UserSet.parse(List.of()));
        assertThat(brownout.pauseAt(Instant.parse("2027-05-04T10:30:00Z")))
                .isEqualTo("retirement.brownouts: a brown-out is on until 2027-05-04T11:00:00Z");
    }

    @Test
    void beforeTheRampNobodyShouldMeetIt() {
        assertThat(PLAN.rampAt(DATE.minus(RAMP).minusSeconds(1))).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "2027-06-01, 2027-06-01T00:00:00Z",
        "2027-06-01T08:00+02:00, 2027-06-01T06:00:00Z",
        "2027-06-01T08:00:30+02:00[Europe/Berlin], 2027-06-01T06:00:30Z"
    })
    void dateShouldBeReadAsIsoHasIt(String text, Instant instant) {
        assertThat(Retirement.parseDate(text)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2027-06-01T08:00", "01.06.2027", "2027-13-01", "tomorrow", "2027-06-01Z"})
    void aBadDateShouldBeRefused(String text) {
        assertThatThrownBy(() -> Retirement.parseDate(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be a date such as ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2027-05-04T10:00Z",
                "2027-05-04T10:00/PT1H",
                "2027-05-04T10:00Z/PT0S",
                "2027-05-04T10:00Z/-PT1H",
                "2027-05-04T10:00Z/2027-05-04T09:00Z",
                "2027-05-04T10:00Z/2027-05-04T11:00",
                "2027-05-04/P1D",
                "2027-05-04T10:00Z/1h",
                "2027-05-04T10:00Z/PT1H/PT1H",
                "2027-05-04T10:00Z/PT9999999999999999H"
            })
    void aBadIntervalShouldBeRefused(String text) {
        assertThatThrownBy(() -> Brownout.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be a comma separated list of intervals");
    }

    @Test
    void anIntervalMayNameItsEnd() {
        assertThat(Brownout.parse("2027-05-04T10:00Z/2027-05-04T11:00Z"))
                .isEqualTo(Brownout.parse("2027-05-04T12:00+02:00/PT1H"));
    }

    @Test
    void intervalsThatOverlapShouldBeRefused() {
        List<String> overlapping = List.of("2027-05-04T10:00Z/PT1H", "2027-05-04T10:59Z/PT1H");
        List<String> adjacent = List.of("2027-05-04T10:00Z/PT1H", "2027-05-04T11:00Z/PT1H");

        assertThatThrownBy(() -> Retirement.parseBrownouts(overlapping))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must not name intervals that overlap");
        assertThat(Retirement.parseBrownouts(adjacent)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "a b", "@a@b", "a@", "bob@example.com@x"})
    void aBadUserShouldBeRefused(String entry) {
        assertThatThrownBy(() -> UserSet.parse(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a comma separated list of users and @domains");
    }
}
