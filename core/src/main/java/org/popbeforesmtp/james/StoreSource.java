// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.ImplementedBy;
import java.time.Clock;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.store.Storage;

/** Where the storage of this James comes from: as a rule from the configuration. */
@ImplementedBy(ConfiguredStoreSource.class)
public interface StoreSource {

    /**
     * Opens the storage.
     *
     * @throws RuntimeException with a message for the operator if it cannot be opened
     */
    Storage open(PopBeforeSmtpConfiguration configuration, Clock clock);
}
