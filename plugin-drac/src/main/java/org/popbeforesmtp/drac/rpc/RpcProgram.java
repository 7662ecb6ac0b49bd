// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the calls to one program number. */
public abstract class RpcProgram {

    private static final Logger LOGGER = LoggerFactory.getLogger(RpcProgram.class);

    public final int number;
    public final int lowestVersion;
    public final int highestVersion;
    private final LogLimit failures;

    protected RpcProgram(int number, int lowestVersion, int highestVersion, LogLimit failures) {
        this.number = number;
        this.lowestVersion = lowestVersion;
        this.highestVersion = highestVersion;
        this.failures = failures;
    }

    /**
     * Carries out a call of a version that the program has, and makes sure that it is answered once. Runs on the thread
     * that serves every socket, so it must not wait.
     *
     * @throws GarbledMessageException if the arguments are not what the procedure takes; then it has not answered
     */
    protected abstract void call(RpcCall call) throws GarbledMessageException;

    /**
     * Answers a message, at once or later, on any thread.
     *
     * @throws GarbledMessageException if the message is not a call and gets no answer
     */
    public final void receive(
            ByteBuffer message, ClientAddress caller, Transport transport, Consumer<ByteBuffer> answers)
            throws GarbledMessageException {
        RpcCall call = new RpcCall(message, caller, transport, answers);
        if (!call.isFor(this)) {
            return;
        }
        try {
            call(call);
        } catch (GarbledMessageException e) {
            call.answer(RpcCall.GARBAGE_ARGS);
        } catch (RuntimeException e) {
            if (failures.permits()) {
                LOGGER.warn("A call from {} failed ({} more before)", caller, failures.takeSuppressed(), e);
            }
            call.answer(RpcCall.SYSTEM_ERR);
        }
    }
}
