// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which James the tests start, and all that differs from one version to the next. As a rule it is the one of {@code
 * distribution/james}; the system properties {@code james.lib} and {@code james.java} name another one.
 */
public final class JamesUnderTest {

    private static final Pattern NAMES_ITS_VERSION = Pattern.compile("protocols-smtp-(\\d.*)\\.jar");

    private static final String MAIN_CLASS = "org.apache.james.MemoryJamesServerMain";
    /** The third makes James start in a third of the time. */
    private static final String OPTIONS_FOR_TESTS = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private static final List<String> OPTIONS = Stream.concat(
                    Arrays.stream(System.getProperty("james.options", OPTIONS_FOR_TESTS)
                            .split(" ")),
                    // No name server may be asked for the name of each client.
                    Stream.of("-Djames.protocols.mdc.hostname=false"))
            .toList();

    private final List<Path> classPath;
    private final Path java;
    private final String image;
    private final Map<String, String> environment;
    private final ClassArchive archive;

    private JamesUnderTest(List<Path> classPath, Path java, String image, Map<String, String> environment) {
        this.classPath = classPath;
        this.java = java;
        this.image = image;
        this.environment = environment;
        this.archive = new ClassArchive(digest());
    }

    /** Of all that an archive of classes depends on. */
    private String digest() {
        List<String> parts = new ArrayList<>(OPTIONS);
        parts.add(java.toString());
        for (Path jar : classPath) {
            parts.add(jar + " " + jar.toFile().length() + " " + jar.toFile().lastModified());
        }
        return UUID.nameUUIDFromBytes(parts.toString().getBytes(UTF_8)).toString();
    }

    /** Lets all starts from now on take less time, as far as that is possible. */
    void speedUp() {
        if (image.isEmpty()) {
            archive.make();
        }
    }

    /** The same with a variable in its environment. Not for an image. */
    JamesUnderTest with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new JamesUnderTest(classPath, java, image, more);
    }

    /**
     * As the system properties say.
     *
     * <ul>
     *   <li>{@code james.lib}: a folder with all jars of James's memory server, an unpacked release's {@code
     *       james-server-memory-app.lib} for instance, whose {@code james-server-memory-app.jar} may lie beside it
     *   <li>{@code james.java}: the program that runs it
     *   <li>{@code james.options}: those of the Java virtual machine, separated by blanks
     *   <li>{@code james.image}: a Docker image of the memory server, which is run instead
     * </ul>
     */
    public static JamesUnderTest configured() {
        String lib = System.getProperty("james.lib", "");
        String java = System.getProperty("james.java", "");
        return new JamesUnderTest(
                lib.isEmpty() ? downloaded() : jarsOf(Path.of(lib).toAbsolutePath()),
                java.isEmpty() ? Path.of(System.getProperty("java.home"), "bin", "java") : Path.of(java),
                System.getProperty("james.image", ""),
                Map.of());
    }

    private static List<Path> downloaded() {
        try {
            String classPath = Files.readString(Build.module().resolve("james/target/classpath"));
            return Arrays.stream(classPath.trim().split(File.pathSeparator))
                    .map(Path::of)
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> jarsOf(Path folder) {
        List<Path> jars = new ArrayList<>();
        Path beside = folder.resolveSibling(folder.getFileName().toString().replaceAll("\\.lib$", ".jar"));
        if (!beside.equals(folder) && Files.exists(beside)) {
            jars.add(beside);
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
        } catch (IOException e) {
            throw new UncheckedIOException("james.lib must be a folder of jars, not " + folder, e);
        }
        return jars;
    }

    /** Its jars, in the order of its class path. */
    public List<Path> classPath() {
        return classPath;
    }

    /** The program that runs it. */
    Path java() {
        return java;
    }

    /**
     * Compiles a source against its classes, with the compiler beside the program that runs it if there is one: that of the Java
     * which runs the tests may be too old for them.
     */
    void compile(Path source, Path output) {
        Path beside = java.resolveSibling("javac");
        Path compiler = Files.isExecutable(beside) ? beside : Path.of(System.getProperty("java.home"), "bin", "javac");
        Program.Outcome outcome = Program.run(
                List.of(
                        compiler.toString(),
                        "-proc:none",
                        "-d",
                        output.toString(),
                        "-cp",
                        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                        source.toString()),
                "");
        if (outcome.status() != 0) {
            throw new IllegalStateException(source + " cannot be compiled: " + outcome.output());
        }
    }

    /** Distinguishes its files from those of another James that the same build tries. */
    String label() {
        return image.replaceAll("[^a-z0-9.]+", "-");
    }

    /**
     * Starts it in a directory.
     *
     * @param jars its class path, if it is not an image
     * @param more options of its Java virtual machine beside the usual ones
     */
    Process launch(Path root, List<Path> jars, List<String> more, Path log) throws IOException {
        if (!image.isEmpty()) {
            return ImageRunner.find().start(image, root, log, String.join(" ", OPTIONS));
        }
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(OPTIONS);
        if (jars.equals(classPath)) {
            command.addAll(archive.options());
        }
        command.addAll(more);
        command.addAll(List.of(
                "-Dworking.directory=.",
                "-Dlogback.configurationFile=conf/logback.xml",
                "-cp",
                jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                MAIN_CLASS));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** What its jars say, such as 3.8.1. */
    public String version() {
        return classPath.stream()
                .map(jar -> NAMES_ITS_VERSION.matcher(jar.getFileName().toString()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no protocols-smtp-<version>.jar among " + classPath));
    }

    /**
     * What a version wants to be told so that it does what the samples mean. Each is a setting that the versions that do
     * not know it ignore, so none of them asks for the version.
     */
    void adapt(JamesDirectory directory) {
        // After 3.9 WebAdmin makes itself a password unless it is told not to.
        directory.append("webadmin.properties", "\npassword.generate=false\n");
        // The images name this file, and each of them brings it along.
        directory.append("jvm.properties", "");
    }
}
