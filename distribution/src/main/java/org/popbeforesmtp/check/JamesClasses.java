// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The classes that a James will find: its own, as far as its jars are found, and those of the extensions. */
final class JamesClasses implements Closeable {

    private static final String OURS = "org.popbeforesmtp.";

    private final boolean complete;
    private final URLClassLoader james;
    private final URLClassLoader extensions;

    /** This jar itself if James has none, so that one missing jar is one problem, and not one for each class. */
    private final ClassLoader ours;

    private final Set<String> unchecked = new TreeSet<>();

    JamesClasses(Installation installation, boolean extensionIsThere) {
        List<Path> libraries = installation.libraries();
        this.complete = !libraries.isEmpty();
        this.james = new URLClassLoader(urls(libraries), ClassLoader.getPlatformClassLoader());
        this.extensions = new URLClassLoader(urls(installation.extensions()), james);
        this.ours = extensionIsThere ? extensions : JamesClasses.class.getClassLoader();
    }

    private static URL[] urls(List<Path> paths) {
        return paths.stream()
                .map(path -> {
                    try {
                        return path.toUri().toURL();
                    } catch (MalformedURLException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toArray(URL[]::new);
    }

    /** Whether James's own jars were found. */
    boolean isComplete() {
        return complete;
    }

    /** Whether this James is older than 3.9; nothing if its jars were not found. */
    Optional<Boolean> isBefore39() {
        return complete ? Optional.of(find(Server.NO_AUTH_HANDLERS) == ClassAnswer.MISSING) : Optional.empty();
    }

    /** Looks for a class under exactly this name, as James does. */
    ClassAnswer find(String name) {
        boolean isOurs = name.startsWith(OURS);
        if ((isOurs ? ours : extensions).getResource(name.replace('.', '/') + ".class") == null) {
            return complete || isOurs || !name.strip().equals(name) ? ClassAnswer.MISSING : unknown(name);
        }
        if (!complete) {
            return ClassAnswer.THERE;
        }
        try {
            Class.forName(name, false, extensions);
            return ClassAnswer.THERE;
        } catch (UnsupportedClassVersionError e) {
            return unknown(name);
        } catch (ClassNotFoundException e) {
            return isOurs && ours != extensions ? ClassAnswer.THERE : ClassAnswer.MISSING;
        } catch (LinkageError e) {
            return ClassAnswer.MISSING;
        }
    }

    /** Looks for a class that must be of a kind. */
    ClassAnswer find(String name, String kind) {
        ClassAnswer answer = find(name);
        if (answer != ClassAnswer.THERE || !complete) {
            return answer;
        }
        try {
            return Class.forName(kind, false, extensions).isAssignableFrom(Class.forName(name, false, extensions))
                    ? ClassAnswer.THERE
                    : ClassAnswer.WRONG_KIND;
        } catch (ClassNotFoundException | LinkageError e) {
            return ClassAnswer.THERE;
        }
    }

    private ClassAnswer unknown(String name) {
        unchecked.add(name);
        return ClassAnswer.UNKNOWN;
    }

    /** The classes that were asked for and could not be looked up. */
    Set<String> unchecked() {
        return unchecked;
    }

    @Override
    public void close() {
        try {
            extensions.close();
            james.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
