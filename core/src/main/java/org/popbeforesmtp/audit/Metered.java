// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.ValueStore;

/** Counts what happens in James's own metric registry, under names that begin with {@code popBeforeSmtp}. */
public final class Metered implements GrantEvents {

    static final String PREFIX = "popBeforeSmtp";

    private final Metric recorded;
    private final Metric notRecorded;
    private final Metric allowed;
    private final Metric accepted;
    private final Metric revoked;
    private final Metric manyRecipients;
    private final Metric failed;
    private final Map<Reason, Metric> refused = new EnumMap<>(Reason.class);

    public Metered(MetricFactory metrics) {
        this.recorded = metrics.generate(PREFIX + "LoginsRecorded");
        this.notRecorded = metrics.generate(PREFIX + "LoginsNotRecorded");
        this.allowed = metrics.generate(PREFIX + "TransactionsAllowed");
        this.accepted = metrics.generate(PREFIX + "MessagesAccepted");
        this.revoked = metrics.generate(PREFIX + "GrantsRevoked");
        this.manyRecipients = metrics.generate(PREFIX + "ManyRecipients");
        this.failed = metrics.generate(PREFIX + "HookFailures");
        for (Reason reason : Reason.values()) {
            refused.put(reason, metrics.generate(PREFIX + "Refused" + camelCase(reason)));
        }
    }

    /**
     * Registers the gauges.
     *
     * @param blocks how many blocks are in force
     */
    public static void gauges(
            GaugeRegistry gauges, GrantStore store, ValueStore values, IntSupplier blocks, SharedAddresses shared) {
        gauges.register(PREFIX + "SharedAddresses", shared::count);
        gauges.register(PREFIX + "BlocksInForce", blocks::getAsInt);
        gauges.register(PREFIX + "ActiveGrants", () -> store.status().grants());
        gauges.register(PREFIX + "Evictions", () -> store.status().evictions());
        gauges.register(PREFIX + "StoreFailures", () -> store.status().failures());
        gauges.register(PREFIX + "RecordsEvicted", values::evictions);
    }

    /** The state of the retirement: 1 for what is in force and 0 for what is not. */
    public static void retirementGauges(
            GaugeRegistry gauges, Supplier<PolicySettings> settings, DependentUsers dependents, Clock clock) {
        gauges.register(PREFIX + "DependentUsers", dependents::count);
        gauges.register(PREFIX + "Observing", () -> settings.get().isObserving() ? 1 : 0);
        gauges.register(
                PREFIX + "BrownoutShare", () -> settings.get().retirement().shareInBrownoutAt(clock.instant()));
        gauges.register(PREFIX + "Retired", () -> settings.get().retirement().isOverAt(clock.instant()) ? 1 : 0);
    }

    private static String camelCase(Reason reason) {
        StringBuilder name = new StringBuilder();
        for (String word : reason.word().split("-", -1)) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
        }
        return name.toString();
    }

    @Override
    public void recorded(Grant grant) {
        recorded.increment();
    }

    @Override
    public void excluded(Login login, Reason reason) {
        notRecorded.increment();
    }

    @Override
    public void notRecorded(Login login, Throwable cause) {
        notRecorded.increment();
    }

    @Override
    public void allowed(ClientAddress client, Optional<String> sender, Grant grant) {
        allowed.increment();
    }

    @Override
    public void accepted(ClientAddress client, Grant grant, int recipientsElsewhere) {
        accepted.increment();
    }

    @Override
    public void manyRecipients(String holder, long recipients) {
        manyRecipients.increment();
    }

    @Override
    public void refused(ClientAddress client, Optional<String> sender, Decision decision) {
        decision.reason().map(refused::get).ifPresent(Metric::increment);
    }

    @Override
    public void revoked(Revocation revocation, int grants) {
        revoked.add(grants);
    }

    @Override
    public void blockChanged(BlockChange change, int grants) {
        revoked.add(grants);
    }

    @Override
    public void failed(String where, Throwable cause) {
        failed.increment();
    }
}
