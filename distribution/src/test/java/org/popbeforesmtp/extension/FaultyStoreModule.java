// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.extension;

import com.google.inject.AbstractModule;
import org.popbeforesmtp.store.GrantStore;

/** What operators write who bring a store of their own; this one fails. */
public final class FaultyStoreModule extends AbstractModule {

    @Override
    protected void configure() {
        bind(GrantStore.class).to(FaultyStore.class);
    }
}
