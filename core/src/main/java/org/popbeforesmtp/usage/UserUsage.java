// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A user who relayed on grants within the time of a report. */
public final class UserUsage {

    private final String user;
    private final Usage usage;
    private final @Nullable Instant lastAuth;

    UserUsage(String user, Usage usage, @Nullable Instant lastAuth) {
        this.user = user;
        this.usage = usage;
        this.lastAuth = lastAuth;
    }

    public String user() {
        return user;
    }

    public Usage usage() {
        return usage;
    }

    /** When the user last used SMTP AUTH, if within the time that usage is kept: then they do not need grants. */
    public Optional<Instant> lastAuth() {
        return Optional.ofNullable(lastAuth);
    }

    @Override
    public String toString() {
        return user + ": " + usage
                + lastAuth().map(at -> ", SMTP AUTH at " + at).orElse("");
    }
}
