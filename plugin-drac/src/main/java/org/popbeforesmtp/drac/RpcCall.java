// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.nio.ByteBuffer;

/** One ONC RPC call (RFC 5531 section 9) as it came from the network, its arguments not yet read. */
final class RpcCall {

    static final int RPC_VERSION = 2;

    private static final int CALL = 0;
    private static final int LONGEST_AUTHENTICATION = 400;
    private static final int AUTH_NONE = 0;
    private static final int AUTH_SYS = 1;

    private final int xid;
    private final int rpcVersion;
    private final int program;
    private final int version;
    private final int procedure;
    private final boolean acceptableCredentials;
    private final XdrReader arguments;

    private RpcCall(
            int xid,
            int rpcVersion,
            int program,
            int version,
            int procedure,
            boolean acceptableCredentials,
            XdrReader arguments) {
        this.xid = xid;
        this.rpcVersion = rpcVersion;
        this.program = program;
        this.version = version;
        this.procedure = procedure;
        this.acceptableCredentials = acceptableCredentials;
        this.arguments = arguments;
    }

    /**
     * Reads the head of a call. A call in another version of RPC has a head that nobody here can read; of it only
     * {@link #xid()} and {@link #speaksOurRpc()} mean anything.
     *
     * @throws GarbledMessageException if it is no call, and so must not be answered: a reply that is answered could
     *     set two servers talking to each other for ever
     */
    static RpcCall read(ByteBuffer message) throws GarbledMessageException {
        XdrReader reader = new XdrReader(message);
        int xid = reader.readInt();
        if (reader.readInt() != CALL) {
            throw new GarbledMessageException("not a call");
        }
        int rpcVersion = reader.readInt();
        if (rpcVersion != RPC_VERSION) {
            return new RpcCall(xid, rpcVersion, 0, 0, 0, false, reader);
        }
        int program = reader.readInt();
        int version = reader.readInt();
        int procedure = reader.readInt();
        int flavour = reader.readInt();
        reader.skipOpaque(LONGEST_AUTHENTICATION);
        reader.readInt();
        reader.skipOpaque(LONGEST_AUTHENTICATION);
        boolean acceptable = flavour == AUTH_NONE || flavour == AUTH_SYS;
        return new RpcCall(xid, rpcVersion, program, version, procedure, acceptable, reader);
    }

    /** What the caller recognises the answer by. */
    int xid() {
        return xid;
    }

    boolean speaksOurRpc() {
        return rpcVersion == RPC_VERSION;
    }

    /** Whether the credentials are of a kind that may be ignored, as those of DRAC clients are. */
    boolean hasAcceptableCredentials() {
        return acceptableCredentials;
    }

    int program() {
        return program;
    }

    int version() {
        return version;
    }

    int procedure() {
        return procedure;
    }

    /** The arguments; to be read once, and before the call that delivered this object returns. */
    XdrReader arguments() {
        return arguments;
    }
}
