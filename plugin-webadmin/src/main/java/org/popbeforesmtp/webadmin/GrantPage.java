// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.store.Grant;

/** A page of the listing in JSON, and where the next one begins if there is one. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"grants", "next"})
final class GrantPage {

    private final List<Grant> grants;
    private final Optional<GrantCursor> next;

    private GrantPage(List<Grant> grants, Optional<GrantCursor> next) {
        this.grants = grants;
        this.next = next;
    }

    /**
     * The page of the first grants.
     *
     * @param grants one more than the page may have, if there are so many
     */
    static GrantPage ofFirst(int limit, List<Grant> grants) {
        return grants.size() <= limit
                ? new GrantPage(grants, Optional.empty())
                : new GrantPage(
                        grants.subList(0, limit),
                        Optional.of(GrantCursor.between(grants.get(limit - 1), grants.get(limit))));
    }

    public List<GrantView> getGrants() {
        return GrantView.of(grants);
    }

    /** What {@code after} takes. */
    public Optional<String> getNext() {
        return next.map(GrantCursor::toString);
    }
}
