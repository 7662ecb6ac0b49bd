// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.nio.ByteBuffer;

/** One encoded ONC RPC reply (RFC 5531 section 9). */
final class RpcReply {

    private static final int REPLY = 1;
    private static final int ACCEPTED = 0;
    private static final int DENIED = 1;
    private static final int AUTH_NONE = 0;

    private static final int SUCCESS = 0;
    private static final int PROG_UNAVAIL = 1;
    private static final int PROG_MISMATCH = 2;
    private static final int PROC_UNAVAIL = 3;
    private static final int GARBAGE_ARGS = 4;
    private static final int SYSTEM_ERR = 5;

    private static final int RPC_MISMATCH = 0;
    private static final int AUTH_ERROR = 1;
    private static final int AUTH_REJECTEDCRED = 2;

    private final byte[] bytes;

    private RpcReply(XdrWriter writer) {
        this.bytes = writer.toBytes();
    }

    /** The call was carried out, and these are its results. */
    static RpcReply success(RpcCall call, int... results) {
        return new RpcReply(accepted(call, SUCCESS).writeInts(results));
    }

    static RpcReply success(RpcCall call, XdrWriter results) {
        return new RpcReply(accepted(call, SUCCESS).writeAll(results));
    }

    static RpcReply success(RpcCall call, String result) {
        return new RpcReply(accepted(call, SUCCESS).writeString(result));
    }

    static RpcReply programUnavailable(RpcCall call) {
        return new RpcReply(accepted(call, PROG_UNAVAIL));
    }

    static RpcReply programMismatch(RpcCall call, int lowest, int highest) {
        return new RpcReply(accepted(call, PROG_MISMATCH).writeInts(lowest, highest));
    }

    static RpcReply procedureUnavailable(RpcCall call) {
        return new RpcReply(accepted(call, PROC_UNAVAIL));
    }

    static RpcReply garbageArguments(RpcCall call) {
        return new RpcReply(accepted(call, GARBAGE_ARGS));
    }

    static RpcReply systemError(RpcCall call) {
        return new RpcReply(accepted(call, SYSTEM_ERR));
    }

    static RpcReply rpcMismatch(RpcCall call) {
        return new RpcReply(denied(call, RPC_MISMATCH).writeInts(RpcCall.RPC_VERSION, RpcCall.RPC_VERSION));
    }

    static RpcReply rejectedCredentials(RpcCall call) {
        return new RpcReply(denied(call, AUTH_ERROR).writeInt(AUTH_REJECTEDCRED));
    }

    private static XdrWriter accepted(RpcCall call, int status) {
        return new XdrWriter().writeInts(call.xid(), REPLY, ACCEPTED, AUTH_NONE, 0, status);
    }

    private static XdrWriter denied(RpcCall call, int reason) {
        return new XdrWriter().writeInts(call.xid(), REPLY, DENIED, reason);
    }

    int length() {
        return bytes.length;
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
