// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.config.DracPortMapper;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers DRAC clients as {@code rpc.dracd} would, over UDP and TCP, from its start until it is closed. */
public final class DracServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(DracServer.class);
    private static final long RENEWAL_MILLIS = 30_000;

    private final RpcServer server;
    private final CallQueue queue;
    private final ListeningAddresses addresses;
    private final @Nullable RpcbindRegistration registration;

    private DracServer(
            RpcServer server,
            CallQueue queue,
            ListeningAddresses addresses,
            @Nullable RpcbindRegistration registration) {
        this.server = server;
        this.queue = queue;
        this.addresses = addresses;
        this.registration = registration;
    }

    /**
     * Starts to listen.
     *
     * @param calls what is done with the addresses that clients report
     * @throws IOException if a port cannot be had, with a message that names it; a missing rpcbind is no error, it is
     *     waited for
     */
    public static DracServer start(DracSettings settings, DracCalls calls, Clock clock) throws IOException {
        return start(settings, calls, clock, PortMapperProgram.PORT, RENEWAL_MILLIS);
    }

    static DracServer start(DracSettings settings, DracCalls calls, Clock clock, int portMapperPort, long renewalMillis)
            throws IOException {
        LogLimit troubles = new LogLimit(clock, 1);
        RpcServer server = RpcServer.create(settings.allow()::contains, clock, troubles);
        CallQueue queue = new CallQueue(calls, clock, troubles);
        try {
            DracProgram program = new DracProgram(settings.allow()::contains, queue, new LogLimit(clock, 1));
            ListeningAddresses addresses = server.listen(settings.address(), List.of(program));
            List<PortMapping> mappings =
                    PortMapping.of(DracProgram.NUMBER, DracProgram.IPV4_VERSION, DracProgram.IPV6_VERSION, addresses);
            if (settings.portMapper() == DracPortMapper.EMBEDDED) {
                embedPortMapper(server, settings, portMapperPort, mappings);
            }
            server.start();
            LOGGER.info("Listening for DRAC calls on {} from {}", addresses, settings.allow());
            RpcbindRegistration registration = settings.portMapper() == DracPortMapper.REGISTER
                    ? RpcbindRegistration.start(mappings, new RpcbindClient(portMapperPort), renewalMillis)
                    : null;
            return new DracServer(server, queue, addresses, registration);
        } catch (IOException e) {
            server.close();
            queue.close();
            throw e;
        }
    }

    private static void embedPortMapper(RpcServer server, DracSettings settings, int port, List<PortMapping> mappings)
            throws IOException {
        PortMapperProgram portMapper = new PortMapperProgram();
        ListeningAddresses addresses =
                server.listen(new InetSocketAddress(settings.address().getAddress(), port), List.of(portMapper));
        List<PortMapping> all = new ArrayList<>(PortMapping.of(
                PortMapperProgram.NUMBER,
                PortMapperProgram.LOWEST_VERSION,
                PortMapperProgram.HIGHEST_VERSION,
                addresses));
        all.addAll(mappings);
        portMapper.publish(all);
    }

    /** Where it listens for UDP. */
    public InetSocketAddress udpAddress() {
        return addresses.of(Transport.UDP);
    }

    /** Where it listens for TCP. */
    public InetSocketAddress tcpAddress() {
        return addresses.of(Transport.TCP);
    }

    /** Ends the registration and stops listening; calls that wait for the store are given two seconds. */
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
