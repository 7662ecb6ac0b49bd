// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading the file again while James runs: each key either changes, which is told, or needs a restart, which is told too. */
class ConfigurationReloadTest {

    private static final Pattern NEEDS_A_RESTART = Pattern.compile("(store|file|redis|drac)(\\..*)?");

    private static final PopBeforeSmtpConfiguration DEFAULTS = PopBeforeSmtpConfiguration.of(Map.of());

    static Stream<PopBeforeSmtpConfigurationTest.Key> keysToReload() {
        return PopBeforeSmtpConfigurationTest.keys()
                .filter(key -> !NEEDS_A_RESTART.matcher(key.name()).matches());
    }

    static Stream<String> keysThatNeedARestart() {
        return PopBeforeSmtpConfiguration.defaults().keySet().stream()
                .filter(key -> NEEDS_A_RESTART.matcher(key).matches());
    }

    static Stream<Arguments> wrongValues() {
        return keysToReload()
                .flatMap(key -> key.wrong().entrySet().stream()
                        .map(wrong -> Arguments.of(key.name(), wrong.getKey(), wrong.getValue())));
    }

    private static PopBeforeSmtpConfiguration readAgain(PopBeforeSmtpConfiguration before, Map<String, String> values) {
        return before.readAgain(values, Map.of(), Set.of());
    }

    private static InvalidConfigurationException problemsOf(Map<String, String> values) {
        InvalidConfigurationException e =
                catchThrowableOfType(InvalidConfigurationException.class, () -> readAgain(DEFAULTS, values));
        assertThat(e).as("the problems of %s", values).isNotNull();
        return e;
    }

    private static Map<String, String> values(PopBeforeSmtpConfigurationTest.Key key) {
        Map<String, String> values = new HashMap<>(Map.of(key.name(), key.value()));
        if (key.name().equals("retirement.rampUp")) {
            values.put("retirement.date", "2027-06-01");
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("keysToReload")
    void aKeyThatIsSetShouldHoldAndBeReportedWithItsDefault(PopBeforeSmtpConfigurationTest.Key key) {
        PopBeforeSmtpConfiguration after = readAgain(DEFAULTS, values(key));

        assertThat(key.read().apply(after)).isEqualTo(key.mapped());
        ConfigurationChanges changes = DEFAULTS.changesTo(after);
        assertThat(changes.byKey()).containsOnlyKeys(values(key).keySet());
        assertThat(changes.byKey()).hasEntrySatisfying(key.name(), change -> {
            assertThat(change.from())
                    .isEqualTo(ConfigurationChanges.shown(
                            key.name(), PopBeforeSmtpConfiguration.defaults().getOrDefault(key.name(), "")));
            assertThat(change.to()).isEqualTo(key.name().equals("manual.token") ? "***" : key.value());
        });
    }

    @ParameterizedTest
    @MethodSource("keysToReload")
    void aKeyThatIsTakenOutShouldHaveItsDefaultAgain(PopBeforeSmtpConfigurationTest.Key key) {
        PopBeforeSmtpConfiguration before = PopBeforeSmtpConfiguration.of(values(key));

        PopBeforeSmtpConfiguration after = readAgain(before, Map.of());

        assertThat(key.read().apply(after)).isEqualTo(key.byDefault());
        assertThat(before.changesTo(after).byKey()).containsOnlyKeys(values(key).keySet());
    }

    @ParameterizedTest
    @MethodSource("keysToReload")
    void aKeyThatIsAsItWasShouldBeNoChange(PopBeforeSmtpConfigurationTest.Key key) {
        PopBeforeSmtpConfiguration before = PopBeforeSmtpConfiguration.of(values(key));

        assertThat(before.changesTo(readAgain(before, values(key))).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("wrongValues")
    void aRuleThatIsBrokenShouldBeTheOneProblem(String key, String value, String rule) {
        assertThat(problemsOf(Map.of(key, value)).problems())
                .singleElement()
                .asString()
                .startsWith(key + " was '")
                .endsWith("' but it " + rule);
    }

    @Test
    void allProblemsShouldBeReportedAtOnce() {
        Map<String, String> values = new LinkedHashMap<>();
        keysToReload()
                .forEach(key ->
                        values.put(key.name(), key.wrong().keySet().iterator().next()));
        values.put("lifetme", "15m");
        values.put("store", "memory");

        assertThat(problemsOf(values).problems())
                .hasSize(values.size())
                .allSatisfy(problem -> assertThat(problem).matches("(?s)\\S+ was '.*' but it must\\b.*"));
    }

    @ParameterizedTest
    @MethodSource("keysThatNeedARestart")
    void aKeyThatNeedsARestartShouldBeNamedWithWhatItMustStay(String key) {
        String usual = ConfigurationChanges.shown(
                key, PopBeforeSmtpConfiguration.defaults().getOrDefault(key, ""));

        assertThat(problemsOf(Map.of(key, "another")).problems())
                .anyMatch(problem -> problem.startsWith(key + " was '")
                        && problem.endsWith("' but it must stay '" + usual + "' until James is restarted"));
    }

    @Test
    void eachKeyShouldEitherChangeOrNeedARestart() {
        assertThat(Stream.concat(keysToReload().map(PopBeforeSmtpConfigurationTest.Key::name), keysThatNeedARestart()))
                .containsExactlyInAnyOrderElementsOf(
                        PopBeforeSmtpConfiguration.defaults().keySet());
    }

    @Test
    void aKeyThatIsGivenTwiceShouldBeAProblem() {
        InvalidConfigurationException e = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> DEFAULTS.readAgain(Map.of("lifetime", "20m,30m"), Map.of(), Set.of("lifetime")));

        assertThat(e.problems()).containsExactly("lifetime was '20m,30m' but it must not be given twice");
    }
}
