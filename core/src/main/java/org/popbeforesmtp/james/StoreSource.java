// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.ImplementedBy;
import java.time.Clock;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.store.GrantStore;

/** Where the store of this James comes from: as a rule from the configuration. */
@ImplementedBy(ConfiguredStoreSource.class)
public interface StoreSource {

    /**
     * Opens the store.
     *
     * @throws RuntimeException with a message for the operator if it cannot be opened
     */
    GrantStore open(PopBeforeSmtpConfiguration configuration, Clock clock);
}
