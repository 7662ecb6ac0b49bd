// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;

/**
 * Finds the keys that occur more than once in a properties file. James's reader joins their values into one list, which
 * looks like a list that was written on one line.
 */
public final class RepeatedKeys {

    private RepeatedKeys() {}

    /** The keys that a file, with what it includes, gives more than once; none of a file that cannot be read. */
    public static Set<String> of(Path file) {
        Set<String> repeated = new TreeSet<>();
        if (!Files.isRegularFile(file)) {
            return repeated;
        }
        PropertiesConfiguration properties = new PropertiesConfiguration();
        FileHandler handler = new FileHandler(properties);
        handler.setFile(file.toFile());
        try {
            handler.load();
        } catch (ConfigurationException | RuntimeException e) {
            // The reader of the values reports that.
            return repeated;
        }
        for (Iterator<String> keys = properties.getKeys(); keys.hasNext(); ) {
            String key = keys.next();
            if (!properties.getLayout().isSingleLine(key)) {
                repeated.add(key);
            }
        }
        return repeated;
    }
}
