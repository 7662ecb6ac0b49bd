// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.config.DracPortMapper;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.drac.portmapper.PortMapperProgram;
import org.popbeforesmtp.drac.portmapper.PortMapping;
import org.popbeforesmtp.drac.portmapper.RpcbindRegistration;
import org.popbeforesmtp.drac.rpc.RpcServer;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers DRAC clients as {@code rpc.dracd} would, over UDP and TCP, from its start until it is closed. */
final class DracServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(DracServer.class);
    static final long RENEWAL_MILLIS = 30_000;
    static final long LONGEST_IDLE_MILLIS = 30_000;

    private final RpcServer server;
    private final CallQueue queue;
    private final InetSocketAddress address;
    private final @Nullable RpcbindRegistration registration;

    /**
     * Starts to listen.
     *
     * @param calls what is done with the addresses that clients report
     * @throws IOException if a port cannot be bound, with a message that names it; a missing rpcbind is not an error:
     *     the server waits for it
     */
    DracServer(DracSettings settings, DracCalls calls, Clock clock) throws IOException {
        this(settings, calls, clock, PortMapperProgram.PORT, RENEWAL_MILLIS, LONGEST_IDLE_MILLIS);
    }

    DracServer(
            DracSettings settings,
            DracCalls calls,
            Clock clock,
            int portMapperPort,
            long renewalMillis,
            long longestIdleMillis)
            throws IOException {
        LogLimit troubles = new LogLimit(clock, 1);
        server = new RpcServer(settings.allow()::contains, longestIdleMillis, troubles);
        queue = new CallQueue(calls, clock, troubles);
        DracProgram program = new DracProgram(settings.allow()::contains, queue, new LogLimit(clock, 1));
        try {
            address = server.listen(settings.address(), program);
            List<PortMapping> mappings = PortMapping.of(program, address);
            if (settings.portMapper() == DracPortMapper.EMBEDDED) {
                InetSocketAddress at = new InetSocketAddress(settings.address().getAddress(), portMapperPort);
                PortMapperProgram.serve(server, at, mappings, troubles);
            }
            LOGGER.info("Listening for DRAC calls on UDP and TCP {} from {}", address, settings.allow());
            registration = settings.portMapper() == DracPortMapper.REGISTER
                    ? RpcbindRegistration.start(mappings, portMapperPort, renewalMillis)
                    : null;
        } catch (IOException e) {
            server.close();
            queue.close();
            throw e;
        }
    }

    /** Where it listens for UDP and TCP. */
    InetSocketAddress address() {
        return address;
    }

    /** Why DRAC clients cannot grant, or nothing. */
    String trouble() {
        if (!server.isListening()) {
            return "DRAC calls are no longer answered: James must be restarted";
        }
        return registration == null ? "" : registration.trouble();
    }

    /** Ends the registration and stops listening; calls that wait for the store get two seconds. */
    @Override
    public void close() {
        if (registration != null) {
            registration.close();
        }
        queue.close();
        server.close();
        LOGGER.info("No longer listening for DRAC calls");
    }
}
