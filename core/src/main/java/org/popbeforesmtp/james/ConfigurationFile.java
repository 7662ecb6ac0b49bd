// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.io.FileNotFoundException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.utils.PropertiesProvider;
import org.popbeforesmtp.config.InvalidConfigurationException;

/** Reads the keys and values of a {@code *.properties} file in James's configuration directory. */
final class ConfigurationFile {

    private ConfigurationFile() {}

    /** The keys and values, none if there is no such file. */
    static Map<String, String> read(PropertiesProvider properties, String name) {
        try {
            return entries(properties.getConfiguration(name));
        } catch (FileNotFoundException | PropertiesProvider.MissingConfigurationFile e) {
            return Map.of();
        } catch (ConfigurationException e) {
            throw new InvalidConfigurationException(List.of(name + ".properties cannot be read: " + e.getMessage()));
        }
    }

    private static Map<String, String> entries(Configuration configuration) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (Iterator<String> keys = configuration.getKeys(); keys.hasNext(); ) {
            String key = keys.next();
            // James's reader splits values at commas; joined again they are what the operator wrote.
            entries.put(key, String.join(",", configuration.getStringArray(key)));
        }
        return entries;
    }
}
