// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.redis.Heartbeat;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.ValueStore;

/**
 * Keeps the grants in a Redis that all nodes share, under the keys of docs/redis.md. Ends are exact by Redis's clock
 * alone.
 *
 * <p>No call waits longer than {@link RedisSettings#timeout()}, except that {@link #list} and {@link #revokeUser}, which
 * look at every grant, may take that long for each of their steps. While a server cannot be used, what is recorded and
 * renewed for its addresses is kept here and written to it when it is back; {@link #find} fails, but names the grants that
 * were earned here since, unless this process was started in the outage and does not know who is blocked; a revocation is not
 * confirmed. A full Redis still answers, and new grants are kept here.
 */
public final class RedisGrantStore implements GrantStore {

    /** Each node asks so seldom that a shared Redis hardly notices. */
    private static final Duration COUNT_PERIOD = Duration.ofSeconds(15);

    private static final long PERIOD_MILLIS = 250;
    private static final long FIRST_TRY_MILLIS = 1000;

    private final GrantKeys keys;
    private final OutageBuffer buffer;
    private final RedisGrants grants;
    private final RedisServers servers;
    private final RedisBlocks blocks;
    private final SeenBlocks seen;
    private final Administration administration;
    private final Upkeep upkeep;
    private final PeriodicTask thread;
    private final Answers answers = new Answers();
    private final RedisValueStore values;

    private RedisGrantStore(RedisSettings settings, StoreLimits limits, Clock clock, Duration countPeriod) {
        this.keys = new GrantKeys(settings.keyPrefix());
        this.buffer = new OutageBuffer(limits, clock);
        this.seen = new SeenBlocks(keys);
        this.grants = new RedisGrants(keys, limits::usersPerAddress, seen);
        this.servers = new RedisServers(settings, clock, keys.shards());
        AllShards shards = new AllShards(servers, keys);
        this.blocks = new RedisBlocks(shards, seen, clock, answers);
        this.administration = new Administration(servers, shards, keys, grants);
        this.values = new RedisValueStore(servers, shards, keys, answers);
        Heartbeat heartbeat = new Heartbeat(servers, settings, grants::probe);
        this.upkeep = new Upkeep(
                heartbeat, servers, administration, buffer, keys, grants, countPeriod, new LogLimit(clock, 1));
        this.thread = PeriodicTask.every(PERIOD_MILLIS, TimeUnit.MILLISECONDS, "pop-before-smtp-redis", upkeep);
    }

    /**
     * Opens the store. If Redis cannot be reached now, the log says so, and the store finds it when it can be.
     *
     * @param limits how much is kept here while Redis cannot be used, and of how many users of one address in any case
     * @throws IllegalArgumentException if a file with keys or certificates cannot be read
     */
    public static RedisGrantStore open(RedisSettings settings, StoreLimits limits, Clock clock) {
        return open(settings, limits, clock, COUNT_PERIOD);
    }

    static RedisGrantStore open(RedisSettings settings, StoreLimits limits, Clock clock, Duration countPeriod) {
        RedisGrantStore store = new RedisGrantStore(settings, limits, clock, countPeriod);
        store.thread
                .soon()
                .completeOnTimeout(null, FIRST_TRY_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        return store;
    }

    /** What the same Redis keeps beside the grants. It is closed with the store. */
    public ValueStore values() {
        return values;
    }

    /** The blocks that the same Redis keeps for the grants. They are closed with the store. */
    public BlockStore blocks() {
        return blocks;
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        return thereOrHere(
                login.address(), call -> grants.record(call, login, lifetime), () -> buffer.record(login, lifetime));
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        return thereOrHere(
                grant.address(), call -> grants.renew(call, grant, fromNow), () -> buffer.renew(grant, fromNow));
    }

    private <T> T thereOrHere(ClientAddress address, Function<RedisCall, T> there, Supplier<T> here) {
        return answers.to(() -> {
            try {
                return call(address, there);
            } catch (RedisUnavailableException e) {
                return here.get();
            }
        });
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return answers.to(() -> {
            try {
                return call(address, call -> find(call, address));
            } catch (RedisUnavailableException e) {
                throw new StoreUnavailableException(
                        Answers.text(e), e, seen.areKnown() ? buffer.earned(address) : List.of());
            }
        });
    }

    /** What Redis says after it was told what it may have missed, and what it had no room for. */
    private List<Grant> find(RedisCall call, ClientAddress address) {
        for (Grant missed : buffer.unsaved(address)) {
            if (call.unlessFull(() -> grants.save(call, missed))) {
                buffer.forget(missed);
            }
        }
        List<Grant> found = new ArrayList<>(grants.find(call, address));
        found.addAll(buffer.earned(address));
        return found;
    }

    @Override
    public int revoke(ClientAddress address) {
        return answers.to(() -> {
            buffer.revoke(address);
            try {
                return call(address, call -> grants.revoke(call, address));
            } catch (RedisUnavailableException e) {
                throw new StoreUnavailableException(
                        "not confirmed: what this node keeps itself is revoked, what Redis has perhaps not ("
                                + Answers.text(e) + "); repeat it until it is confirmed",
                        e);
            }
        });
    }

    @Override
    public int revokeUser(String user) {
        return answers.to(() -> {
            buffer.revokeUser(user);
            return user.isEmpty() ? 0 : administration.revokeUser(user);
        });
    }

    @Override
    public List<Grant> list(GrantQuery query) {
        return answers.to(() -> query.answerFrom(administration.all()));
    }

    private <T> T call(ClientAddress address, Function<RedisCall, T> work) {
        return servers.call(keys.shardOf(address), work);
    }

    @Override
    public StoreStatus status() {
        if (servers.isClosed()) {
            return status(State.UNAVAILABLE, "the store is closed", 0);
        }
        long count = upkeep.count() + buffer.size();
        return servers.trouble()
                .map(this::inAnOutage)
                .or(upkeep::trouble)
                .map(cause -> status(State.DEGRADED, cause, count))
                .orElseGet(() -> status(State.AVAILABLE, "", count));
    }

    private String inAnOutage(String cause) {
        return seen.areKnown()
                ? "Redis is down, this node continues with its own grants only (" + cause + ")"
                : "Redis has been down since this node was started, so that it does not know who is blocked: nobody relays on"
                        + " grants here until Redis is back, what users earn is kept (" + cause + ")";
    }

    private StoreStatus status(State state, String cause, long count) {
        return StoreStatus.of(state, cause, count, buffer.evictions(), answers.failures() + upkeep.refusals());
    }

    @Override
    public void close() {
        thread.close();
        servers.close();
    }
}
