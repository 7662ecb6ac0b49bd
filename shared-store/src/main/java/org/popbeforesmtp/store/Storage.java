// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

/** One place where a product keeps all it has to remember: grants, and small values beside them. */
public final class Storage implements AutoCloseable {

    private final GrantStore grants;
    private final ValueStore values;

    private Storage(GrantStore grants, ValueStore values) {
        this.grants = grants;
        this.values = values;
    }

    /**
     * A storage.
     *
     * @param values what is let go together with the grants, or holds nothing that must be let go
     */
    public static Storage of(GrantStore grants, ValueStore values) {
        return new Storage(grants, values);
    }

    public GrantStore grants() {
        return grants;
    }

    public ValueStore values() {
        return values;
    }

    /** Lets go of files, connections and threads; closing twice does no harm. */
    @Override
    public void close() {
        grants.close();
    }
}
