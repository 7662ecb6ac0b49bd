// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.james.GrantSources;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.runtime.PeriodicTask;

/** The recording of IMAP logins, once for all IMAP servers of this process. */
@Singleton
final class ImapRecording {

    private final GrantSources sources;
    private final GrantWriter writer;
    private final ImapSessions sessions;
    private final PeriodicTask rounds;

    @Inject
    ImapRecording(PopBeforeSmtp product) {
        sources = product.sources();
        writer = new GrantWriter(product.events(), product.clock());
        sessions = new ImapSessions(product.logins(), product.events(), product.clock(), writer);
        rounds = PeriodicTask.every(1, TimeUnit.SECONDS, "pop-before-smtp-imap", sessions::look);
    }

    /** An IMAP server is turned on. */
    void begin() {
        sources.add();
    }

    ImapSessions sessions() {
        return sessions;
    }

    /** Called by James at its end. */
    @javax.annotation.PreDestroy
    @jakarta.annotation.PreDestroy
    public void stop() {
        rounds.close();
        writer.close();
    }
}
