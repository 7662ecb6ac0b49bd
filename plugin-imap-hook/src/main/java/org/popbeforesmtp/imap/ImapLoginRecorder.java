// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.james.modules.protocols.ImapPackage;
import org.apache.james.utils.ClassName;

/**
 * Records the logins at James's IMAP server. The operator names it as {@code <imapPackages>} in {@code imapserver.xml}: at
 * the root of the file in James 3.8, inside each {@code <imapserver>} in 3.9 and later. It is James's default package, with
 * {@link RecordedCommands} before the commands.
 *
 * <p>It watches the state of the session rather than the login: James lets nobody stand before LOGIN and AUTHENTICATE, so a
 * login (LOGIN, or AUTHENTICATE with any mechanism) is recorded when the client gives its next command, whichever that is,
 * LOGOUT included. Each command but CAPABILITY and ENABLE is a sign of life of the session, and so is IDLE for as long as
 * the connection lives.
 */
public final class ImapLoginRecorder implements ImapPackage {

    @Override
    public Collection<ClassName> processors() {
        List<ClassName> processors = new ArrayList<>(JamesProcessors.leftAlone());
        processors.add(new ClassName(RecordedCommands.class.getName()));
        processors.add(new ClassName(RecordedCapabilities.class.getName()));
        return processors;
    }

    @Override
    public Collection<ClassName> decoders() {
        return ImapPackage.DEFAULT.decoders();
    }

    @Override
    public Collection<ClassName> encoders() {
        return ImapPackage.DEFAULT.encoders();
    }
}
