// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.popbeforesmtp.address.ClientAddress;

/** One ONC RPC call (RFC 5531 section 9): what it asks, where it came from, and its answer, to be given once. */
public final class RpcCall {

    public static final int RPC_VERSION = 2;
    public static final int SUCCESS = 0;
    public static final int PROC_UNAVAIL = 3;
    static final int PROG_UNAVAIL = 1;
    static final int PROG_MISMATCH = 2;
    static final int GARBAGE_ARGS = 4;
    static final int SYSTEM_ERR = 5;

    private static final int CALL = 0;
    private static final int REPLY = 1;
    private static final int ACCEPTED = 0;
    private static final int DENIED = 1;
    private static final int RPC_MISMATCH = 0;
    private static final int AUTH_ERROR = 1;
    private static final int AUTH_REJECTEDCRED = 2;
    private static final int LONGEST_AUTHENTICATION = 400;
    private static final int AUTH_NONE = 0;
    private static final int AUTH_SYS = 1;

    private final ClientAddress caller;
    private final Transport transport;
    private final Consumer<ByteBuffer> answers;
    private final XdrReader message;
    private final int xid;
    private int version;
    private int procedure;

    /**
     * @param answers takes the answer on any thread, and does not wait
     * @throws GarbledMessageException if it is no call, and so must not be answered: a reply that is answered could
     *     set two servers talking to each other for ever
     */
    RpcCall(ByteBuffer message, ClientAddress caller, Transport transport, Consumer<ByteBuffer> answers)
            throws GarbledMessageException {
        this.caller = caller;
        this.transport = transport;
        this.answers = answers;
        this.message = new XdrReader(message);
        this.xid = this.message.readInt();
        if (this.message.readInt() != CALL) {
            throw new GarbledMessageException("not a call");
        }
    }

    /**
     * Reads the rest of the head, and answers a call that the program cannot carry out; in the order of RFC 5531: is it
     * our RPC, who are you, what do you want.
     */
    boolean isFor(RpcProgram program) throws GarbledMessageException {
        if (message.readInt() != RPC_VERSION) {
            return deny(RPC_MISMATCH, RPC_VERSION, RPC_VERSION);
        }
        int number = message.readInt();
        version = message.readInt();
        procedure = message.readInt();
        int flavour = message.readInt();
        message.skipOpaque(LONGEST_AUTHENTICATION);
        message.readInt();
        message.skipOpaque(LONGEST_AUTHENTICATION);
        if (flavour != AUTH_NONE && flavour != AUTH_SYS) {
            return deny(AUTH_ERROR, AUTH_REJECTEDCRED);
        }
        if (number != program.number) {
            return refuse(PROG_UNAVAIL);
        }
        return (version >= program.lowestVersion && version <= program.highestVersion)
                || refuse(PROG_MISMATCH, program.lowestVersion, program.highestVersion);
    }

    public ClientAddress caller() {
        return caller;
    }

    public Transport transport() {
        return transport;
    }

    public int version() {
        return version;
    }

    public int procedure() {
        return procedure;
    }

    /** The arguments; to be read once, and before {@link RpcProgram#call} returns. */
    public XdrReader arguments() {
        return message;
    }

    /** The call was carried out, and these are its results. */
    public void succeed(XdrWriter results) {
        answer(accepted(SUCCESS).writeAll(results));
    }

    /** Answers with a status, and the numbers that belong to it. */
    public void answer(int status, int... numbers) {
        answer(accepted(status).writeInts(numbers));
    }

    private XdrWriter accepted(int status) {
        return new XdrWriter().writeInts(xid, REPLY, ACCEPTED, AUTH_NONE, 0, status);
    }

    private boolean refuse(int status, int... numbers) {
        answer(status, numbers);
        return false;
    }

    private boolean deny(int... reason) {
        answer(new XdrWriter().writeInts(xid, REPLY, DENIED).writeInts(reason));
        return false;
    }

    private void answer(XdrWriter reply) {
        answers.accept(ByteBuffer.wrap(reply.toBytes()));
    }
}
