// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Calls and replies as they are on the wire, written in hexadecimal words. */
public final class Messages {

    public static final String XID = "5eed0001";
    public static final String NO_AUTHENTICATION = "00000000 00000000 00000000 00000000";

    /** A report of 192.0.2.17 as the stubs of rpcgen send it: 44 bytes. */
    public static final String ADD_IPV4 = call(1, 1) + " c0000211";

    public static final String NULL = call(1, 0);

    private Messages() {}

    public static String call(int version, int procedure) {
        return call(900_101, version, procedure);
    }

    public static String call(int program, int version, int procedure) {
        return "%s 00000000 00000002 %08x %08x %08x %s".formatted(XID, program, version, procedure, NO_AUTHENTICATION);
    }

    /** The reply to a call that was carried out. */
    public static String success(String results) {
        return (XID + " 00000001 00000000 00000000 00000000 00000000 " + results).trim();
    }

    /** The reply to a call that was not. */
    public static String accepted(String status) {
        return XID + " 00000001 00000000 00000000 00000000 " + status;
    }

    public static ByteBuffer bytes(String words) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(words.replace(" ", "")));
    }

    public static String words(ByteBuffer bytes) {
        StringBuilder words = new StringBuilder();
        ByteBuffer rest = bytes.duplicate();
        while (rest.hasRemaining()) {
            words.append(words.isEmpty() ? "" : " ").append("%08x".formatted(rest.getInt()));
        }
        return words.toString();
    }

    /** A text in XDR. */
    public static String string(String text) {
        return words(ByteBuffer.wrap(new XdrWriter().writeStrings(text).toBytes()));
    }
}
