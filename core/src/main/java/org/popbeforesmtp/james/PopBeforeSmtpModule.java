// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/**
 * Lets an operator's own module bind another {@link GrantStore}, and checks the configuration as early as possible.
 * Everything works without this module; named in {@code extensions.properties} it changes nothing else.
 */
public final class PopBeforeSmtpModule extends AbstractModule {

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), GrantStore.class);
        bind(StoreSource.class).to(BoundStoreSource.class);
        // Created when James reads its extensions, so that an invalid configuration stops it before any server opens a
        // port.
        bind(PopBeforeSmtp.class).asEagerSingleton();
    }

    /** The store that some module binds, with values in memory, or else the configured one. */
    static final class BoundStoreSource implements StoreSource {

        private final Optional<GrantStore> bound;
        private final ConfiguredStoreSource configured;

        @Inject
        BoundStoreSource(Optional<GrantStore> bound, ConfiguredStoreSource configured) {
            this.bound = bound;
            this.configured = configured;
        }

        @Override
        public Storage open(Supplier<PopBeforeSmtpConfiguration> configuration, Clock clock) {
            return bound.map(grants -> ConfiguredStoreSource.ofOneProcess(grants, new MemoryValueStore(clock), clock))
                    .orElseGet(() -> configured.open(configuration, clock));
        }
    }
}
