// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.commons.configuration2.PropertiesConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.convert.DefaultListDelimiterHandler;
import org.apache.commons.configuration2.convert.DisabledListDelimiterHandler;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.commons.lang3.StringUtils;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads James's files with the library and the settings that James reads them with, so that variables, includes,
 * escapes and document types mean the same. It does what James's {@code FileConfigurationProvider} and
 * {@code PropertiesProvider} do.
 */
final class ConfigurationFiles {

    private static final char COMMA = ',';

    private ConfigurationFiles() {}

    /**
     * An XML file; empty if it cannot be opened, which James treats as an empty file.
     *
     * @throws ConfigurationException if it has no valid content
     */
    static Optional<XMLConfiguration> xml(Path file) throws ConfigurationException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            XMLConfiguration xml = new XMLConfiguration();
            xml.setListDelimiterHandler(new DisabledListDelimiterHandler());
            xml.setDocumentBuilder(quietBuilder(xml));
            new FileHandler(xml).load(in);
            return Optional.of(xml);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As the library makes it, but errors are only thrown and not printed as well. */
    private static DocumentBuilder quietBuilder(XMLConfiguration xml) {
        try {
            DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
            builder.setEntityResolver(xml.getEntityResolver());
            builder.setErrorHandler(new DefaultHandler());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java runtime can read XML", e);
        }
    }

    /**
     * The keys of a properties file, with all values of a key joined by commas; none if there is no such file.
     *
     * @throws ConfigurationException if it cannot be read
     */
    static Map<String, String> properties(Path file) throws ConfigurationException {
        Map<String, String> entries = new TreeMap<>();
        if (Files.exists(file)) {
            PropertiesConfiguration properties = new PropertiesConfiguration();
            properties.setListDelimiterHandler(new DefaultListDelimiterHandler(COMMA));
            FileHandler handler = new FileHandler(properties);
            handler.setEncoding(StandardCharsets.ISO_8859_1.name());
            handler.setFile(file.toFile());
            handler.load();
            for (Iterator<String> keys = properties.getKeys(); keys.hasNext(); ) {
                String key = keys.next();
                entries.put(key, String.join(",", parts(properties.getList(String.class, key, List.of()))));
            }
        }
        return entries;
    }

    /** The values of a key of a properties file, split as James splits lists. */
    static List<String> list(Map<String, String> properties, String key) {
        return parts(List.of(properties.getOrDefault(key, "")));
    }

    private static List<String> parts(List<String> values) {
        return values.stream()
                .flatMap(value -> Stream.of(StringUtils.split(StringUtils.strip(value, "\""), COMMA)))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.toList());
    }
}
