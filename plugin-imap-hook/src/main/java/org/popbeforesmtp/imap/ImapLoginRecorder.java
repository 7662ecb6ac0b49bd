// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.modules.protocols.ImapPackage;
import org.apache.james.utils.ClassName;

/**
 * Records the logins at James's IMAP server. The operator names it as {@code <imapPackages>} in {@code imapserver.xml}:
 * at the root of the file in James 3.8, inside each {@code <imapserver>} in 3.9 and later. It is James's default
 * package, with {@link RecordedCommands} before the commands, and with parsers and an encoder that report when a login
 * begins and ends.
 *
 * <p>A login (LOGIN, or AUTHENTICATE with any mechanism) is recorded when James is about to answer it. Each further
 * command but CAPABILITY and ENABLE is activity of the session, and so is IDLE for as long as the connection lives.
 */
public final class ImapLoginRecorder implements ImapPackage {

    /** The classes that replace the ones of James that they extend. */
    private static final Map<ClassName, ClassName> OURS = Stream.of(
                    RecordedLoginParser.class, RecordedAuthenticateParser.class, RecordedStatusResponses.class)
            .collect(Collectors.toUnmodifiableMap(
                    type -> new ClassName(type.getSuperclass().getName()), type -> new ClassName(type.getName())));

    @Override
    public Collection<ClassName> processors() {
        List<ClassName> processors = new ArrayList<>(JamesProcessors.leftAlone());
        processors.add(new ClassName(RecordedCommands.class.getName()));
        processors.add(new ClassName(RecordedCapabilities.class.getName()));
        return processors;
    }

    @Override
    public Collection<ClassName> decoders() {
        return replaced(ImapPackage.DEFAULT.decoders());
    }

    @Override
    public Collection<ClassName> encoders() {
        return replaced(ImapPackage.DEFAULT.encoders());
    }

    private static List<ClassName> replaced(Collection<ClassName> names) {
        return names.stream().map(name -> OURS.getOrDefault(name, name)).collect(Collectors.toUnmodifiableList());
    }
}
