// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.inject.Injector;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.james.imap.processor.base.AbstractProcessor;
import org.apache.james.modules.protocols.ImapPackage;
import org.apache.james.utils.ClassName;

/** The processors of IMAP commands that James has by default, created as James creates them. */
final class JamesProcessors {

    /** James configures these through their own classes, so they cannot be wrapped. */
    private static final Set<String> LEFT_ALONE = Set.of(
            "org.apache.james.imap.processor.AuthenticateProcessor",
            "org.apache.james.imap.processor.CapabilityProcessor",
            "org.apache.james.imap.processor.EnableProcessor",
            "org.apache.james.imap.processor.LoginProcessor");

    private JamesProcessors() {}

    /** Those that stay as they are. */
    static List<ClassName> leftAlone() {
        return ImapPackage.DEFAULT.processors().stream()
                .filter(JamesProcessors::isLeftAlone)
                .collect(Collectors.toUnmodifiableList());
    }

    /**
     * Creates the others, for one IMAP server.
     *
     * @param wanted which of their classes
     */
    static List<AbstractProcessor<?>> makeOthers(Injector injector, Predicate<Class<?>> wanted) {
        return ImapPackage.DEFAULT.processors().stream()
                .filter(name -> !isLeftAlone(name))
                .map(JamesProcessors::load)
                .filter(wanted)
                .map(type -> (AbstractProcessor<?>) injector.getInstance(type))
                .collect(Collectors.toUnmodifiableList());
    }

    private static boolean isLeftAlone(ClassName name) {
        return LEFT_ALONE.contains(name.getName());
    }

    private static Class<?> load(ClassName name) {
        try {
            return Class.forName(name.getName(), true, ImapPackage.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("James has no " + name.getName(), e);
        }
    }
}
