// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Passes events on to those who listen: to those with metrics at once, to those that write a log or add up on the
 * thread that calls {@link #flush} a moment later, so that no mail session waits for them. The order and James's MDC
 * fields are kept. Administrators' actions are passed on at once, after all events before them.
 *
 * <p>A bounded number of events wait. Beyond that a session passes on its own event, so that nothing is lost.
 */
public final class DeferredEvents implements GrantEvents, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");

    private final GrantEvents metrics;
    private final List<GrantEvents> listeners;
    private final BlockingQueue<Event> waiting;
    private volatile boolean closed;

    /**
     * Passes events on to these.
     *
     * @param metrics is notified at once
     * @param listeners are notified a moment later, one after the other
     * @param room how many events wait at most
     */
    public DeferredEvents(GrantEvents metrics, List<GrantEvents> listeners, int room) {
        this.metrics = metrics;
        this.listeners = List.copyOf(listeners);
        this.waiting = new ArrayBlockingQueue<>(room);
    }

    /** Reports all that has happened. To be called many times a second. */
    public synchronized void flush() {
        int left = waiting.size();
        if (left == 0) {
            return;
        }
        Map<String, String> own = MDC.getCopyOfContextMap();
        // Events that arrive meanwhile are left for the next call, so that this one ends.
        for (; left > 0; left--) {
            Event event = waiting.poll();
            if (event != null) {
                setContext(event.context);
                listeners.forEach(event::deliverTo);
            }
        }
        setContext(own);
    }

    /** Reports all that has happened, and from now on each event at once: nobody may be left to call {@link #flush}. */
    @Override
    public void close() {
        closed = true;
        flush();
    }

    private static void setContext(@Nullable Map<String, String> context) {
        if (context == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(context);
        }
    }

    private void later(Consumer<GrantEvents> notification) {
        notification.accept(metrics);
        Event event = new Event(notification, MDC.getCopyOfContextMap());
        if (closed || !waiting.offer(event)) {
            listeners.forEach(event::deliverTo);
        }
    }

    private void atOnce(Consumer<GrantEvents> notification) {
        flush();
        notification.accept(metrics);
        listeners.forEach(notification);
    }

    @Override
    public void recorded(Grant grant) {
        later(listener -> listener.recorded(grant));
    }

    @Override
    public void renewedAfterItEnded(Grant grant, Instant ended) {
        later(listener -> listener.renewedAfterItEnded(grant, ended));
    }

    @Override
    public void excluded(Login login, Reason reason) {
        later(listener -> listener.excluded(login, reason));
    }

    @Override
    public void notRecorded(Login login, Throwable cause) {
        later(listener -> listener.notRecorded(login, cause));
    }

    @Override
    public void allowed(ClientAddress client, Optional<String> sender, Grant grant) {
        later(listener -> listener.allowed(client, sender, grant));
    }

    @Override
    public void accepted(ClientAddress client, Grant grant, int recipientsElsewhere) {
        later(listener -> listener.accepted(client, grant, recipientsElsewhere));
    }

    @Override
    public void manyRecipients(String holder, long recipients) {
        later(listener -> listener.manyRecipients(holder, recipients));
    }

    @Override
    public void authenticated(String user) {
        later(listener -> listener.authenticated(user));
    }

    @Override
    public void refused(ClientAddress client, Optional<String> sender, Decision decision) {
        later(listener -> listener.refused(client, sender, decision));
    }

    @Override
    public void failed(String where, Throwable cause) {
        later(listener -> listener.failed(where, cause));
    }

    @Override
    public void revoking(Revocation revocation) {
        atOnce(listener -> listener.revoking(revocation));
    }

    @Override
    public void revoked(Revocation revocation, int grants) {
        atOnce(listener -> listener.revoked(revocation, grants));
    }

    @Override
    public void revocationNotConfirmed(Revocation revocation, Throwable cause) {
        atOnce(listener -> listener.revocationNotConfirmed(revocation, cause));
    }

    @Override
    public void changingBlock(BlockChange change) {
        atOnce(listener -> listener.changingBlock(change));
    }

    @Override
    public void blockChanged(BlockChange change, int grants) {
        atOnce(listener -> listener.blockChanged(change, grants));
    }

    @Override
    public void blockChangeNotConfirmed(BlockChange change, Throwable cause) {
        atOnce(listener -> listener.blockChangeNotConfirmed(change, cause));
    }

    /** What happened, and in which session of James. */
    private static final class Event {
        private final Consumer<GrantEvents> notification;
        private final @Nullable Map<String, String> context;

        private Event(Consumer<GrantEvents> notification, @Nullable Map<String, String> context) {
            this.notification = notification;
            this.context = context;
        }

        private void deliverTo(GrantEvents listener) {
            try {
                notification.accept(listener);
            } catch (RuntimeException | LinkageError e) {
                LOGGER.warn("An event could not be logged or counted", e);
            }
        }
    }
}
