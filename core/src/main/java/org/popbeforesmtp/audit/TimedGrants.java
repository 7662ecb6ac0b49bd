// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.james.metrics.api.MetricFactory;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.SessionGrants;

/** Times what mail sessions wait for: the look-up of a transaction, and the writing of a login. */
public final class TimedGrants implements SessionGrants {

    private static final String LOOKUP = Metered.PREFIX + "LookupTime";
    private static final String RECORD = Metered.PREFIX + "RecordTime";

    private final SessionGrants store;
    private final MetricFactory metrics;

    public TimedGrants(SessionGrants store, MetricFactory metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return metrics.decorateSupplierWithTimerMetric(LOOKUP, () -> store.find(address));
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        return metrics.decorateSupplierWithTimerMetric(RECORD, () -> store.record(login, lifetime));
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        return metrics.decorateSupplierWithTimerMetric(RECORD, () -> store.renew(grant, fromNow));
    }
}
