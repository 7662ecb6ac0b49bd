// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * The grants in Redis, as far as it can be used: otherwise each method throws {@link OutageException}. A background
 * thread looks after the link four times a second, and writes what the journal holds once Redis can be used.
 */
final class SharedGrants implements AutoCloseable {

    private static final long PERIOD_MILLIS = 250;
    private static final int PERIODS_PER_HEARTBEAT = 4;
    private static final long FIRST_TRY_MILLIS = 1000;

    private final RedisClock clock;
    private final GrantReader reader;
    private final GrantWriter writer;
    private final Administration administration;
    private final GrantCount count;
    private final Duration timeout;
    private final Journal journal;
    private final RedisLink link;
    private final PeriodicTask background;
    private int periods;

    private SharedGrants(RedisSettings settings, Clock clock, Journal journal) {
        GrantKeys keys = new GrantKeys(settings.keyPrefix);
        this.clock = new RedisClock(clock);
        this.reader = new GrantReader(keys, this.clock);
        this.writer = new GrantWriter(keys, this.clock);
        this.timeout = settings.timeout;
        this.administration = new Administration(keys, reader, writer, timeout);
        this.count = new GrantCount(keys);
        this.journal = journal;
        this.link = new RedisLink(
                MasterFinder.of(settings, keys, this::tryOut), new Trouble(settings.secrets()), this::lost);
        this.background =
                PeriodicTask.every(PERIOD_MILLIS, TimeUnit.MILLISECONDS, "pop-before-smtp-redis", this::lookAfter);
    }

    static SharedGrants open(RedisSettings settings, Clock clock, Journal journal) {
        SharedGrants grants = new SharedGrants(settings, clock, journal);
        grants.background
                .soon()
                .completeOnTimeout(null, FIRST_TRY_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        return grants;
    }

    Grant record(Deadline deadline, Login login, Lifetime lifetime) {
        return link.call(deadline, connection -> writer.record(connection, deadline, login, lifetime));
    }

    Optional<Grant> renew(Deadline deadline, Grant grant, Duration fromNow) {
        return link.call(deadline, connection -> writer.renew(connection, deadline, grant, fromNow));
    }

    /** What Redis says, after it was told what it may have missed about the address. */
    List<Grant> find(Deadline deadline, ClientAddress address) {
        return link.callAgain(deadline, connection -> {
            List<Grant> missed = journal.unsaved(address);
            if (!missed.isEmpty()) {
                journal.handOver(missed, some -> writer.save(connection, deadline, some));
            }
            return reader.find(connection, deadline, address);
        });
    }

    int revoke(Deadline deadline, ClientAddress address) {
        return link.callAgain(deadline, connection -> writer.revoke(connection, deadline, address));
    }

    int revokeUser(Deadline deadline, String user) {
        return link.callAgain(deadline, connection -> administration.revokeUser(connection, user));
    }

    List<Grant> list(Deadline deadline, GrantQuery query) {
        return link.callAgain(deadline, connection -> query.answerFrom(administration.all(connection)));
    }

    /** Why Redis cannot be used now; nothing if it can. */
    Optional<String> trouble() {
        return link.isUp() ? Optional.empty() : Optional.of(link.trouble());
    }

    /** How many grants there were a while ago. */
    long count() {
        return count.latest();
    }

    private void tryOut(RedisConnection connection, Deadline deadline) {
        // The reader learns the time by which the writer is measured.
        reader.find(connection, deadline, List.of());
        writer.tryOut(connection, deadline, example());
    }

    private Grant example() {
        Login login = Login.ofUnknownUser(ClientAddress.parse("0.0.0.0"), Protocol.MANUAL, false);
        return Grant.ofEpochMillis(login, clock.now(), clock.now());
    }

    private void lost() {
        if (link.wasStable()) {
            CompletableFuture<?> ignored = background.soon();
        }
    }

    private void lookAfter() {
        if (!link.isUp() || ++periods % PERIODS_PER_HEARTBEAT == 0) {
            link.lookAfter();
        }
        journal.sweep();
        if (link.isUp()) {
            try {
                writeJournal();
                link.call(patience(), connection -> goOnCounting(connection));
            } catch (OutageException | StoreUnavailableException e) {
                // The link has told of it; there will be another try.
                return;
            }
        }
    }

    private boolean goOnCounting(RedisConnection connection) {
        count.goOn(connection, timeout);
        return true;
    }

    private void writeJournal() {
        if (!journal.isEmpty()) {
            journal.handOver(some -> link.call(patience(), connection -> {
                writer.save(connection, patience(), some);
                return true;
            }));
        }
    }

    private Deadline patience() {
        return Deadline.in(timeout);
    }

    @Override
    public void close() {
        background.close();
        link.close();
    }
}
