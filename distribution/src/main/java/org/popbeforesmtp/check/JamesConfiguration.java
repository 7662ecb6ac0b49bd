// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.james.RepeatedKeys;

/** James's configuration files, each read once. What cannot be read is reported, and counts as empty from then on. */
final class JamesConfiguration {

    private final Path conf;
    private final Report report;
    private final Map<ServerKind, List<Server>> servers = new EnumMap<>(ServerKind.class);
    private final Map<String, Optional<HierarchicalConfiguration<ImmutableNode>>> xmls = new HashMap<>();
    private final Map<String, Map<String, String>> properties = new HashMap<>();

    JamesConfiguration(Path conf, Report report) {
        this.conf = conf;
        this.report = report;
    }

    boolean has(String file) {
        return Files.exists(conf.resolve(file));
    }

    /** The enabled servers of a kind. */
    List<Server> servers(ServerKind kind) {
        return servers.computeIfAbsent(kind, this::read);
    }

    /** The enabled servers of a kind with a handler. */
    List<Server> servers(ServerKind kind, String handler) {
        return servers(kind).stream().filter(server -> server.has(handler)).collect(Collectors.toUnmodifiableList());
    }

    /** All enabled servers. */
    List<Server> servers() {
        List<Server> all = new ArrayList<>();
        for (ServerKind kind : ServerKind.values()) {
            all.addAll(servers(kind));
        }
        return all;
    }

    private List<Server> read(ServerKind kind) {
        try {
            return xml(kind.file()).map(root -> Server.enabled(kind, root)).orElse(List.of());
        } catch (ConfigurationRuntimeException e) {
            report.problem(
                    kind.file(),
                    Effect.NO_START,
                    "James does not start: enabled must be true or false: " + e.getMessage()
                            + UnsetVariable.hint(e.getMessage()));
            return List.of();
        }
    }

    /** An XML file; empty if it is not there or cannot be read. */
    Optional<HierarchicalConfiguration<ImmutableNode>> xml(String file) {
        return xmls.computeIfAbsent(file, this::readXml);
    }

    private Optional<HierarchicalConfiguration<ImmutableNode>> readXml(String file) {
        try {
            Optional<HierarchicalConfiguration<ImmutableNode>> xml = ConfigurationFiles.xml(conf.resolve(file))
                    .map(root -> (HierarchicalConfiguration<ImmutableNode>) root);
            if (xml.isEmpty() && has(file)) {
                report.warning(file, "cannot be opened, and James treats it as an empty file");
            }
            return xml;
        } catch (ConfigurationException | ConfigurationRuntimeException e) {
            report.problem(file, Effect.NO_START, "cannot be read: it is not well-formed XML: " + CausedBy.message(e));
            return Optional.empty();
        }
    }

    /** The keys and values of a properties file; none if it is not there or cannot be read. */
    Map<String, String> properties(String file) {
        return properties.computeIfAbsent(file, this::readProperties);
    }

    /** The keys that a properties file gives more than once. */
    Set<String> repeatedKeys(String file) {
        return RepeatedKeys.of(conf.resolve(file));
    }

    private Map<String, String> readProperties(String file) {
        try {
            return ConfigurationFiles.properties(conf.resolve(file));
        } catch (ConfigurationException | RuntimeException e) {
            report.problem(file, Effect.NO_START, "cannot be read: " + CausedBy.message(e));
            return Map.of();
        }
    }
}
