// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A jar that an operator puts beside ours. */
final class ExtensionJar {

    private ExtensionJar() {}

    /** With the classes of one package of the tests. */
    static Path ofPackage(String name) {
        Path classes = Build.target().resolve("test-classes");
        try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
            return write(name, files.map(classes::relativize).collect(Collectors.toList()), classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(String name, List<Path> files, Path root) throws IOException {
        Path jar = Build.target().resolve(name + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Path file : files) {
                out.putNextEntry(new JarEntry(file.toString()));
                Files.copy(root.resolve(file), out);
            }
        }
        return jar;
    }

    /** With a class that is compiled against James, which the tests themselves do not know. */
    static Path ofSource(String className, String source) {
        Path folder = Build.target().resolve("extension-" + className);
        String file = className.replace('.', '/');
        try {
            Path java = folder.resolve(file + ".java");
            Files.createDirectories(java.getParent());
            Files.writeString(java, source);
            JamesUnderTest.configured().compile(java, folder);
            return write(className, List.of(Path.of(file + ".class")), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With broken classes of these names: whoever loads one of them fails. */
    static Path withBrokenClasses(String... names) {
        Path jar = Build.target().resolve("broken-classes.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : names) {
                out.putNextEntry(new JarEntry(name.replace('.', '/') + ".class"));
                out.write(1);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
