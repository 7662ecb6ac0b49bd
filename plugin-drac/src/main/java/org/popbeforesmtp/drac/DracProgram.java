// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.util.function.Predicate;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DRAC program, number 900101: procedure 0 does nothing, procedure 1 adds an address. Version 1 adds an IPv4 address,
 * version 2 (Debian's addition) an IPv6 address; an IPv4 address that comes mapped into version 2 is the IPv4 address.
 */
final class DracProgram implements RpcProgram {

    static final int NUMBER = 900_101;
    static final int IPV4_VERSION = 1;
    static final int IPV6_VERSION = 2;

    private static final Logger LOGGER = LoggerFactory.getLogger(DracProgram.class);
    private static final int NULL = 0;
    private static final int ADD = 1;

    private final Predicate<ClientAddress> allow;
    private final CallQueue queue;
    private final LogLimit refusals;

    DracProgram(Predicate<ClientAddress> allow, CallQueue queue, LogLimit refusals) {
        this.allow = allow;
        this.queue = queue;
        this.refusals = refusals;
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public int lowestVersion() {
        return IPV4_VERSION;
    }

    @Override
    public int highestVersion() {
        return IPV6_VERSION;
    }

    @Override
    public void call(RpcCall call, Exchange exchange) throws GarbledMessageException {
        switch (call.procedure()) {
            case NULL:
                exchange.answer(RpcReply.success(call));
                break;
            case ADD:
                add(address(call), call, exchange);
                break;
            default:
                exchange.answer(RpcReply.procedureUnavailable(call));
        }
    }

    private static ClientAddress address(RpcCall call) throws GarbledMessageException {
        XdrReader arguments = call.arguments();
        byte[] octets = call.version() == IPV4_VERSION ? arguments.readOctets(4) : arguments.readChars(16);
        arguments.requireEnd();
        return ClientAddress.ofBytes(octets);
    }

    private void add(ClientAddress granted, RpcCall call, Exchange exchange) {
        ClientAddress caller = exchange.caller();
        if (allow.test(caller)) {
            queue.add(granted, caller, result -> exchange.answer(RpcReply.success(call, result.code())));
        } else {
            refuse(caller);
            exchange.answer(RpcReply.success(call, DracResult.PERMISSION_DENIED.code()));
        }
    }

    private void refuse(ClientAddress caller) {
        if (refusals.permits()) {
            LOGGER.warn(
                    "Refused a DRAC call from {}, which drac.allow does not name ({} refusals more)",
                    caller,
                    refusals.takeSuppressed());
        }
    }
}
