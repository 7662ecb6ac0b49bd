// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.Inject;
import java.io.FileNotFoundException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.server.core.configuration.Configuration.ConfigurationPath;
import org.apache.james.utils.PropertiesProvider;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;

/** Reads our {@code *.properties} file, and James's own for Redis, from James's configuration directory. */
final class ConfigurationFile {

    private static final String FILE_NAME = "pop-before-smtp";
    private static final String REDIS_OF_JAMES = "redis";

    private final PropertiesProvider properties;
    private final FileSystem fileSystem;
    private final ConfigurationPath directory;

    @Inject
    ConfigurationFile(PropertiesProvider properties, FileSystem fileSystem, ConfigurationPath directory) {
        this.properties = properties;
        this.fileSystem = fileSystem;
        this.directory = directory;
    }

    /**
     * The configuration in the files.
     *
     * @throws InvalidConfigurationException that names all problems
     */
    PopBeforeSmtpConfiguration read() {
        return PopBeforeSmtpConfiguration.of(entries(FILE_NAME), entries(REDIS_OF_JAMES), repeatedKeys());
    }

    /**
     * The configuration in the files now, for a running James.
     *
     * @throws InvalidConfigurationException that names all problems
     */
    PopBeforeSmtpConfiguration readAgain(PopBeforeSmtpConfiguration inForce) {
        return inForce.readAgain(entries(FILE_NAME), entries(REDIS_OF_JAMES), repeatedKeys());
    }

    /** The keys and values of a file, none if there is no such file. */
    Map<String, String> entries(String name) {
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

    private Set<String> repeatedKeys() {
        try {
            return RepeatedKeys.of(fileSystem
                    .getFile(directory.asString() + FILE_NAME + ".properties")
                    .toPath());
        } catch (FileNotFoundException e) {
            return Set.of();
        }
    }
}
