// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.List;

/** The addresses that too many users share, in JSON. */
final class SharedView {

    private final List<SharedAddress> shared;

    SharedView(List<SharedAddress> shared) {
        this.shared = shared;
    }

    public List<SharedAddress> getShared() {
        return shared;
    }
}
