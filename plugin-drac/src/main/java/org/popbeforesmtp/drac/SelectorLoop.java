// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that serves all sockets. Nothing that runs on it may wait. */
final class SelectorLoop implements AutoCloseable {

    /** What is to be done when a channel can be read, written or accepted from. */
    interface Handler {
        void ready(SelectionKey key);
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(SelectorLoop.class);
    private static final long TICK_MILLIS = 1_000;
    private static final long CLOSING_MILLIS = 5_000;

    private final Selector selector;
    private final Clock clock;
    private final LogLimit troubles;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Runnable> everySecond = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;
    private long lastTick;

    private SelectorLoop(Selector selector, Clock clock, LogLimit troubles) {
        this.selector = selector;
        this.clock = clock;
        this.troubles = troubles;
        this.lastTick = clock.millis();
        this.thread = new Thread(this::run, "drac-sockets");
        this.thread.setDaemon(true);
    }

    static SelectorLoop open(Clock clock, LogLimit troubles) throws IOException {
        return new SelectorLoop(Selector.open(), clock, troubles);
    }

    void start() {
        thread.start();
    }

    SelectionKey register(SelectableChannel channel, int operations, Handler handler) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, handler);
    }

    /** Runs a task on this thread: at once if it is the caller's, else soon. */
    void execute(Runnable task) {
        if (Thread.currentThread() == thread) {
            task.run();
        } else {
            tasks.add(task);
            selector.wakeup();
        }
    }

    /** Runs a task about once a second. */
    void everySecond(Runnable task) {
        everySecond.add(task);
    }

    private void run() {
        try {
            while (open) {
                selector.select(this::serve, TICK_MILLIS);
                runTasks();
                tick();
            }
        } catch (IOException e) {
            LOGGER.error("DRAC calls are no longer answered", e);
        } finally {
            closeAll();
        }
    }

    private void serve(SelectionKey key) {
        guarded(() -> {
            if (key.isValid()) {
                ((Handler) key.attachment()).ready(key);
            }
        });
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
    }

    private void tick() {
        long now = clock.millis();
        if (now - lastTick >= TICK_MILLIS || now < lastTick) {
            lastTick = now;
            everySecond.forEach(this::guarded);
        }
    }

    /** What goes wrong with one client must not end the service of the others. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (troubles.permits()) {
                LOGGER.warn("A socket could not be served ({} troubles more)", troubles.takeSuppressed(), e);
            }
        }
    }

    private void closeAll() {
        for (SelectionKey key : new ArrayList<>(selector.keys())) {
            closeQuietly(key.channel());
        }
        closeQuietly(selector);
    }

    static void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            LOGGER.debug("could not close", e);
        }
    }

    /** Ends the thread and closes every channel. */
    @Override
    public void close() {
        open = false;
        selector.wakeup();
        if (thread.getState() == Thread.State.NEW) {
            closeAll();
            return;
        }
        try {
            thread.join(CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
