// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.google.inject.Inject;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.HealthCheck;
import org.apache.james.core.healthcheck.Result;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Tells James whether the store of the grants is well. The operator names it in {@code additional.healthchecks} of
 * {@code healthcheck.properties}.
 *
 * <p>Unhealthy: the store cannot answer, nobody relays on a grant. Degraded: it works with a limitation, such as a Redis
 * that is away while this node carries on, a full store, or an address that so many users share that it grants nothing. A
 * cause names no client and no user, since James serves health checks without authentication.
 */
public final class GrantStoreHealthCheck implements HealthCheck {

    private static final ComponentName NAME = new ComponentName("PopBeforeSmtp");

    private final Supplier<StoreStatus> store;
    private final IntSupplier sharedAddresses;

    @Inject
    public GrantStoreHealthCheck(PopBeforeSmtp product) {
        this(product.store()::status, product::sharedAddresses);
    }

    GrantStoreHealthCheck(Supplier<StoreStatus> store, IntSupplier sharedAddresses) {
        this.store = store;
        this.sharedAddresses = sharedAddresses;
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
        String causes = causes(status, sharedAddresses.getAsInt());
        return causes.isEmpty() ? Result.healthy(NAME) : Result.degraded(NAME, causes);
    }

    private static String causes(StoreStatus status, int shared) {
        String cause = status.state() == State.DEGRADED ? status.cause() : "";
        if (shared == 0) {
            return cause;
        }
        String limit = "shared by more users than maxUsersPerAddress, so it grants nothing: " + shared
                + (shared == 1 ? " address" : " addresses");
        return cause.isEmpty() ? limit : cause + "; " + limit;
    }
}
