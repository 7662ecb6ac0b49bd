// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.time.Clock;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** Opens the store that the configuration names. */
final class ConfiguredStoreSource implements StoreSource {

    @Override
    public GrantStore open(PopBeforeSmtpConfiguration configuration, Clock clock) {
        switch (configuration.store()) {
            case MEMORY:
            case FILE:
            case REDIS:
                return new MemoryGrantStore(clock, configuration.maxGrants());
        }
        throw new IllegalStateException("no such store: " + configuration.store());
    }
}
