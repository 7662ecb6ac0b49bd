// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.e2e.Build;

/** The sample file is the first documentation that an operator sees: it must name every key, with its default. */
class SamplePropertiesTest {

    @Test
    void sampleShouldNameEveryKeyWithItsDefault() throws IOException {
        String sample = Files.readString(Build.sampleConfiguration().resolve("pop-before-smtp.properties"));
        Properties properties = new Properties();
        properties.load(new StringReader(sample.lines()
                .filter(line -> line.matches("#[A-Za-z0-9.]+=.*"))
                .map(line -> line.substring(1))
                .collect(Collectors.joining("\n"))));
        Map<String, String> keys = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> keys.put(key, properties.getProperty(key)));

        assertThat(keys).isEqualTo(PopBeforeSmtpConfiguration.defaults());
    }

    @Test
    void sampleShouldSetNothing() throws IOException {
        assertThat(Files.readAllLines(Build.sampleConfiguration().resolve("pop-before-smtp.properties")))
                .allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }
}
