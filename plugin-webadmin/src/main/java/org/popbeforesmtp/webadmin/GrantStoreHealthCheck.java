// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.google.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.audit.SharedAddresses;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Reports the health of the grant store to James. The operator names it in {@code additional.healthchecks} of
 * {@code healthcheck.properties}.
 *
 * <p>Unhealthy: the store cannot answer, nobody relays on a grant. Degraded: it works with a limitation, such as a
 * Redis outage in which this node continues with its own grants only, a full store, or a DRAC listener that does not
 * answer. An address that too many users share is not a failure of this James, and neither is a block, a brown-out,
 * {@code mode=observe} or a retirement date that has passed: they are named only in addition to another cause, and have
 * metrics and log lines of their own. No user is named, since James serves health checks without authentication.
 */
public final class GrantStoreHealthCheck implements HealthCheck {

    private static final ComponentName NAME = new ComponentName("PopBeforeSmtp");
    private static final int MOST_NAMED = 5;

    private final Supplier<StoreStatus> store;
    private final Supplier<List<String>> otherTroubles;
    private final Supplier<List<String>> limitations;
    private final SharedAddresses shared;
    private final IntSupplier blocks;

    @Inject
    public GrantStoreHealthCheck(PopBeforeSmtp product) {
        this(
                product.store()::status,
                product::troubles,
                product::limitations,
                product.sharedAddresses(),
                product::blocksInForce);
    }

    GrantStoreHealthCheck(
            Supplier<StoreStatus> store,
            Supplier<List<String>> otherTroubles,
            Supplier<List<String>> limitations,
            SharedAddresses shared,
            IntSupplier blocks) {
        this.store = store;
        this.otherTroubles = otherTroubles;
        this.limitations = limitations;
        this.shared = shared;
        this.blocks = blocks;
    }

    @Override
    public ComponentName componentName() {
        return NAME;
    }

    @Override
    public Publisher<Result> check() {
        return Mono.fromSupplier(this::result).subscribeOn(Schedulers.boundedElastic());
    }

    private Result result() {
        StoreStatus status = store.get();
        if (status.state() == State.UNAVAILABLE) {
            return Result.unhealthy(NAME, status.cause());
        }
        List<String> causes = new ArrayList<>(otherTroubles.get());
        if (status.state() == State.DEGRADED) {
            causes.add(0, status.cause());
        }
        if (causes.isEmpty()) {
            return Result.healthy(NAME);
        }
        causes.addAll(limitations.get());
        return Result.degraded(NAME, String.join("; ", causes) + sharedToo() + blocksToo());
    }

    private String blocksToo() {
        int inForce = blocks.getAsInt();
        return inForce == 0 ? "" : "; " + inForce + (inForce == 1 ? " block is" : " blocks are") + " in force";
    }

    private String sharedToo() {
        List<ClientAddress> latest = shared.latest(MOST_NAMED);
        if (latest.isEmpty()) {
            return "";
        }
        int others = shared.count() - latest.size();
        return "; shared by more users than maxUsersPerAddress, so they grant nothing: "
                + latest.stream().map(ClientAddress::toString).collect(Collectors.joining(", "))
                + (others > 0 ? " and " + others + " more" : "");
    }
}
