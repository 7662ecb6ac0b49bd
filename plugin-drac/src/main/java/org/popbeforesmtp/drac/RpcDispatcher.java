// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands each call to its program, and answers those that have none. */
final class RpcDispatcher {

    private static final Logger LOGGER = LoggerFactory.getLogger(RpcDispatcher.class);

    private final Map<Integer, RpcProgram> programs;
    private final LogLimit failures;

    RpcDispatcher(List<RpcProgram> programs, LogLimit failures) {
        this.programs = programs.stream().collect(Collectors.toMap(RpcProgram::number, Function.identity()));
        this.failures = failures;
    }

    /**
     * Answers a message, or has it answered later.
     *
     * @throws GarbledMessageException if the message is no call and gets no answer
     */
    void dispatch(ByteBuffer message, Exchange exchange) throws GarbledMessageException {
        RpcCall call = RpcCall.read(message);
        RpcProgram program = programs.get(call.program());
        RpcReply refusal = refusal(call, program);
        if (refusal != null) {
            exchange.answer(refusal);
        } else if (program != null) {
            carryOut(program, call, exchange);
        }
    }

    /** The order is that of RFC 5531: is it our RPC, who are you, what do you want. */
    private static @Nullable RpcReply refusal(RpcCall call, @Nullable RpcProgram program) {
        if (!call.speaksOurRpc()) {
            return RpcReply.rpcMismatch(call);
        }
        if (!call.hasAcceptableCredentials()) {
            return RpcReply.rejectedCredentials(call);
        }
        if (program == null) {
            return RpcReply.programUnavailable(call);
        }
        if (call.version() < program.lowestVersion() || call.version() > program.highestVersion()) {
            return RpcReply.programMismatch(call, program.lowestVersion(), program.highestVersion());
        }
        return null;
    }

    private void carryOut(RpcProgram program, RpcCall call, Exchange exchange) {
        try {
            program.call(call, exchange);
        } catch (GarbledMessageException e) {
            exchange.answer(RpcReply.garbageArguments(call));
        } catch (RuntimeException e) {
            if (failures.permits()) {
                LOGGER.warn(
                        "A call from {} failed ({} more did before)", exchange.caller(), failures.takeSuppressed(), e);
            }
            exchange.answer(RpcReply.systemError(call));
        }
    }
}
