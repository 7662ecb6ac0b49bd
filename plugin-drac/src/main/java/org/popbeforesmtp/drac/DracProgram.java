// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.util.function.Predicate;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.drac.rpc.GarbledMessageException;
import org.popbeforesmtp.drac.rpc.RpcCall;
import org.popbeforesmtp.drac.rpc.RpcProgram;
import org.popbeforesmtp.drac.rpc.XdrReader;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DRAC program, number 900101: procedure 0 does nothing, procedure 1 adds an address. Version 1 adds an IPv4 address,
 * version 2 (Debian's addition) an IPv6 address; an IPv4 address that comes mapped into version 2 is the IPv4 address.
 */
final class DracProgram extends RpcProgram {

    private static final Logger LOGGER = LoggerFactory.getLogger(DracProgram.class);
    private static final int IPV4_VERSION = 1;
    private static final int IPV6_VERSION = 2;
    private static final int NULL = 0;
    private static final int ADD = 1;

    private final Predicate<ClientAddress> allow;
    private final CallQueue queue;
    private final LogLimit refusals;

    DracProgram(Predicate<ClientAddress> allow, CallQueue queue, LogLimit refusals) {
        super(900_101, IPV4_VERSION, IPV6_VERSION, refusals);
        this.allow = allow;
        this.queue = queue;
        this.refusals = refusals;
    }

    @Override
    protected void call(RpcCall call) throws GarbledMessageException {
        if (call.procedure() == NULL) {
            call.answer(RpcCall.SUCCESS);
        } else if (call.procedure() == ADD) {
            add(address(call), call);
        } else {
            call.answer(RpcCall.PROC_UNAVAIL);
        }
    }

    private static ClientAddress address(RpcCall call) throws GarbledMessageException {
        XdrReader arguments = call.arguments();
        byte[] octets = call.version() == IPV4_VERSION ? arguments.readOctets(4) : arguments.readChars(16);
        arguments.requireEnd();
        return ClientAddress.ofBytes(octets);
    }

    private void add(ClientAddress granted, RpcCall call) {
        if (allow.test(call.caller())) {
            queue.add(granted, call.caller(), result -> call.answer(RpcCall.SUCCESS, result.code));
            return;
        }
        if (refusals.permits()) {
            LOGGER.warn(
                    "Refused a DRAC call from {}, which is not in drac.allow ({} more refusals)",
                    call.caller(),
                    refusals.takeSuppressed());
        }
        call.answer(RpcCall.SUCCESS, DracResult.PERMISSION_DENIED.code);
    }
}
