// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The working directory of a James: the shipped sample configuration, the few other files that James wants, and the
 * extension jar. Of the samples nothing is changed but the ports, which become free ones of the loopback address, and what
 * a test asks for.
 */
final class JamesDirectory {

    private static final Path OTHER_FILES = Build.module().resolve("src/test/resources/james-conf");
    private static final Pattern BIND = Pattern.compile("0\\.0\\.0\\.0:(\\d+)");
    private static final Pattern WEBADMIN_PORT = Pattern.compile("(?m)^port=(\\d+)$");

    /** What an operator must have; the other samples are optional. */
    private static final List<String> SAMPLES = List.of("pop3server.xml", "smtpserver.xml", "mailetcontainer.xml");

    private final Path root;
    private final Map<Integer, Integer> ports = new HashMap<>();

    private JamesDirectory(Path root) {
        this.root = root;
    }

    /** Makes it anew; what a former run left there is deleted. */
    static JamesDirectory create(Path root) {
        JamesDirectory directory = new JamesDirectory(root.toAbsolutePath());
        directory.delete();
        try {
            Files.createDirectories(directory.conf());
            Files.createDirectories(root.resolve("extensions-jars"));
            try (Stream<Path> files = Files.list(OTHER_FILES)) {
                files.forEach(directory::addFile);
            }
            SAMPLES.forEach(directory::addSample);
            directory.addExtension(Build.extensionJar());
            Files.copy(Keystore.file(), directory.conf().resolve("keystore"));
            directory.usePort("webadmin.properties", WEBADMIN_PORT, "port=");
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path root() {
        return root;
    }

    private Path conf() {
        return root.resolve("conf");
    }

    boolean hasPort(int shipped) {
        return ports.containsKey(shipped);
    }

    /** The port that stands for one in the shipped configuration. */
    int port(int shipped) {
        return Objects.requireNonNull(ports.get(shipped), () -> "no server of the samples has port " + shipped);
    }

    void addSample(String name) {
        addFile(Build.sampleConfiguration().resolve(name));
        if (name.endsWith("server.xml")) {
            usePort(name, BIND, "127.0.0.1:");
            edit(
                    name,
                    xml -> xml.set("//tls", "secret", Keystore.SECRET)
                            // Else each server waits two seconds for its connections to end.
                            .set("//bind/..", "gracefulShutdown", "false"));
        }
        if (name.equals("webadmin.properties")) {
            usePort(name, WEBADMIN_PORT, "port=");
        }
    }

    void addExtension(Path jar) {
        copy(jar, root.resolve("extensions-jars").resolve(jar.getFileName()));
    }

    /** Takes the lines of a file in {@code conf/} out that hold a text. */
    void removeLines(String name, String text) {
        Path file = conf().resolve(name);
        try {
            Files.write(
                    file,
                    Files.readAllLines(file, ISO_8859_1).stream()
                            .filter(line -> !line.contains(text))
                            .toList(),
                    ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves no jar in {@code extensions-jars/}. */
    void removeExtensions() {
        try (Stream<Path> jars = Files.list(root.resolve("extensions-jars"))) {
            for (Path jar : jars.toArray(Path[]::new)) {
                Files.delete(jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void addFile(Path file) {
        copy(file, conf().resolve(file.getFileName()));
    }

    void edit(String name, Consumer<XmlFile> change) {
        Path file = conf().resolve(name);
        XmlFile xml = XmlFile.read(file);
        change.accept(xml);
        xml.write(file);
    }

    void replace(String name, String from, String to) {
        Path file = conf().resolve(name);
        try {
            String text = Files.readString(file);
            if (!text.contains(from)) {
                throw new IllegalArgumentException(name + " has no " + from);
            }
            Files.writeString(file, text.replace(from, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void addFolder(String name) {
        try {
            Files.createDirectory(conf().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void append(String name, String text) {
        try {
            Files.writeString(
                    conf().resolve(name), text, ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(String name) {
        try {
            Files.delete(conf().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        if (Files.exists(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void usePort(String name, Pattern shipped, String prefix) {
        Path file = conf().resolve(name);
        try {
            Matcher matcher = shipped.matcher(Files.readString(file));
            Files.writeString(
                    file,
                    matcher.replaceAll(match ->
                            prefix + ports.computeIfAbsent(Integer.valueOf(match.group(1)), port -> Ports.free())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
