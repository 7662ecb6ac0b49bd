// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps programs registered with the rpcbind of this host as long as it is open: from the moment that there is one, and
 * again after it has been restarted.
 */
final class RpcbindRegistration implements AutoCloseable {

    private enum State {
        UNKNOWN,
        REGISTERED,
        REFUSED,
        UNREACHABLE
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(RpcbindRegistration.class);

    private final List<PortMapping> mappings;
    private final RpcbindClient client;
    private final PeriodicTask renewal;
    private State state = State.UNKNOWN;
    private List<PortMapping> held = List.of();
    private boolean everRegistered;
    private boolean closed;

    private RpcbindRegistration(List<PortMapping> mappings, RpcbindClient client, long periodMillis) {
        this.mappings = mappings;
        this.client = client;
        this.renewal = PeriodicTask.every(periodMillis, TimeUnit.MILLISECONDS, "drac-rpcbind", this::register);
    }

    /** Registers at once if that is possible, and looks after it from then on. */
    static RpcbindRegistration start(List<PortMapping> mappings, RpcbindClient client, long periodMillis) {
        RpcbindRegistration registration = new RpcbindRegistration(mappings, client, periodMillis);
        registration.register();
        return registration;
    }

    private synchronized void register() {
        if (closed) {
            return;
        }
        try {
            if (!everRegistered) {
                removeLeftovers();
            }
            held = setAll();
            boolean registered = held.size() == mappings.size();
            everRegistered |= registered;
            become(registered ? State.REGISTERED : State.REFUSED);
        } catch (IOException e) {
            LOGGER.debug("rpcbind does not answer", e);
            become(State.UNREACHABLE);
        }
    }

    /**
     * A server that was killed leaves its registrations behind, and they would keep ours out. Only before the first
     * success, so that two servers on one host don't take turns.
     */
    private void removeLeftovers() throws IOException {
        for (PortMapping mapping : mappings) {
            client.unset(mapping);
        }
    }

    private List<PortMapping> setAll() throws IOException {
        List<PortMapping> taken = new ArrayList<>();
        for (PortMapping mapping : mappings) {
            if (client.set(mapping)) {
                taken.add(mapping);
            }
        }
        return taken;
    }

    private void become(State next) {
        if (next == state) {
            return;
        }
        state = next;
        switch (next) {
            case REGISTERED:
                LOGGER.info("Registered with the rpcbind of this host");
                break;
            case REFUSED:
                LOGGER.warn("rpcbind did not take the registration, DRAC clients will not find this server: another"
                        + " server is registered (rpcinfo -p shows it), or rpcbind does not trust this account");
                break;
            default:
                LOGGER.warn("No rpcbind answers on this host, DRAC clients will not find this server until one does");
        }
    }

    /** Ends the registration; what another server has registered stays. */
    @Override
    public void close() {
        renewal.close();
        unregister();
    }

    private synchronized void unregister() {
        closed = true;
        try {
            for (PortMapping mapping : held) {
                client.unset(mapping);
            }
        } catch (IOException e) {
            LOGGER.warn("Could not end the registration with rpcbind: {}", e.getMessage());
        }
    }
}
