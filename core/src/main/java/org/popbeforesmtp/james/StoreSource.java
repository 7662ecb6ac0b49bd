// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.ImplementedBy;
import java.time.Clock;
import java.util.function.Supplier;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;

/** Where the storage of this James comes from: as a rule from the configuration. */
@ImplementedBy(ConfiguredStoreSource.class)
public interface StoreSource {

    /**
     * Opens the storage.
     *
     * @param configuration the one in force; what a storage is opened with does not change while it is open
     * @throws RuntimeException with a message for the operator if it cannot be opened
     */
    Storage open(Supplier<PopBeforeSmtpConfiguration> configuration, Clock clock);
}
