// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

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
public final class RpcbindRegistration implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RpcbindRegistration.class);
    private static final String REFUSED =
            "rpcbind did not accept the registration, DRAC clients will not find this server:"
                    + " another server is registered (rpcinfo -p shows it), or rpcbind does not trust this account";
    private static final String UNREACHABLE =
            "No rpcbind answers on this host, DRAC clients will not find this server until one does";

    private final List<PortMapping> mappings;
    private final RpcbindClient rpcbind;
    private final PeriodicTask renewal;
    private volatile String trouble = "not tried yet";
    private List<PortMapping> held = List.of();
    private boolean everRegistered;
    private boolean closed;

    private RpcbindRegistration(List<PortMapping> mappings, int port, long periodMillis) {
        this.mappings = mappings;
        this.rpcbind = new RpcbindClient(port);
        this.renewal = PeriodicTask.every(periodMillis, TimeUnit.MILLISECONDS, "drac-rpcbind", this::register);
    }

    /** Registers at once if that is possible with the rpcbind at that port, and renews it from then on. */
    public static RpcbindRegistration start(List<PortMapping> mappings, int port, long periodMillis) {
        RpcbindRegistration registration = new RpcbindRegistration(mappings, port, periodMillis);
        registration.register();
        return registration;
    }

    private synchronized void register() {
        if (closed) {
            return;
        }
        try {
            if (!everRegistered) {
                // A server that was killed leaves its registrations behind, and they would keep ours out. Only before
                // the first success, so that two servers on one host don't take turns.
                call(RpcbindClient.UNSET, mappings);
            }
            held = call(RpcbindClient.SET, mappings);
            boolean registered = held.size() == mappings.size();
            everRegistered |= registered;
            become(registered ? "" : REFUSED);
        } catch (IOException e) {
            LOGGER.debug("rpcbind does not answer", e);
            become(UNREACHABLE);
        }
    }

    /** Returns those that rpcbind has accepted. */
    private List<PortMapping> call(int procedure, List<PortMapping> subjects) throws IOException {
        List<PortMapping> done = new ArrayList<>();
        for (PortMapping mapping : subjects) {
            if (rpcbind.call(procedure, mapping)) {
                done.add(mapping);
            }
        }
        return done;
    }

    private void become(String next) {
        if (!next.equals(trouble)) {
            trouble = next;
            if (next.isEmpty()) {
                LOGGER.info("Registered with the rpcbind of this host");
            } else {
                LOGGER.warn(next);
            }
        }
    }

    /** Why clients do not find the programs, or nothing. */
    public String trouble() {
        return trouble;
    }

    /** Ends the registration; what another server has registered stays. */
    @Override
    public void close() {
        renewal.close();
        synchronized (this) {
            closed = true;
            try {
                call(RpcbindClient.UNSET, held);
            } catch (IOException e) {
                LOGGER.warn("Could not end the registration with rpcbind: {}", e.getMessage());
            }
        }
    }
}
