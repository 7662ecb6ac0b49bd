// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

/**
 * Counts the recipients that each user names, over the hour before each call, to the minute. Exact under concurrency, on all
 * nodes that share the store. All methods may be called from any thread.
 */
public interface QuotaStore {

    /**
     * Counts one more recipient of a user, unless so many were counted within the last hour.
     *
     * @param limit how many an hour; at least 1
     * @throws org.popbeforesmtp.store.StoreUnavailableException if the store cannot count now
     */
    RecipientCount add(String user, long limit);

    /** Takes back a recipient that was counted within the last minutes but not accepted after all. */
    void takeBack(String user);
}
