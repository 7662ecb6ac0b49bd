// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;

/**
 * The port mapper, program 100000, for a host that runs none: version 2 as old clients ask it, and as much of versions 3
 * and 4 (RFC 1833) as clients over IPv6 need. It knows a fixed list and takes no registrations, and passes no calls on.
 * The whole list is told over TCP only, because over UDP it would be longer than the question.
 */
final class PortMapperProgram implements RpcProgram {

    static final int NUMBER = 100_000;
    static final int PORT = 111;
    static final int LOWEST_VERSION = 2;
    static final int HIGHEST_VERSION = 4;

    private static final int NULL = 0;
    private static final int SET = 1;
    private static final int UNSET = 2;
    private static final int GET = 3;
    private static final int DUMP = 4;

    private static final int LONGEST_TEXT = 128;
    private static final Pattern UNIVERSAL_ADDRESS = Pattern.compile("(.+)\\.\\d{1,3}\\.\\d{1,3}");

    private final List<PortMapping> mappings = new ArrayList<>();

    /** To be called before the first call comes in. */
    void publish(List<PortMapping> more) {
        mappings.addAll(more);
    }

    @Override
    public int number() {
        return NUMBER;
    }

    @Override
    public int lowestVersion() {
        return LOWEST_VERSION;
    }

    @Override
    public int highestVersion() {
        return HIGHEST_VERSION;
    }

    @Override
    public void call(RpcCall call, Exchange exchange) throws GarbledMessageException {
        exchange.answer(reply(call, exchange.transport()));
    }

    private RpcReply reply(RpcCall call, Transport transport) throws GarbledMessageException {
        switch (call.procedure()) {
            case NULL:
                return RpcReply.success(call);
            case SET:
            case UNSET:
                return RpcReply.success(call, 0);
            case GET:
                return call.version() == LOWEST_VERSION ? port(call) : address(call);
            case DUMP:
                return transport == Transport.TCP ? list(call) : RpcReply.procedureUnavailable(call);
            default:
                return RpcReply.procedureUnavailable(call);
        }
    }

    private RpcReply port(RpcCall call) throws GarbledMessageException {
        XdrReader arguments = call.arguments();
        int program = arguments.readInt();
        int version = arguments.readInt();
        int protocol = arguments.readInt();
        arguments.readInt();
        return RpcReply.success(
                call,
                best(
                                program,
                                version,
                                mapping ->
                                        !mapping.isIpv6() && mapping.transport().protocolNumber() == protocol)
                        .map(PortMapping::port)
                        .findFirst()
                        .orElse(0));
    }

    private RpcReply address(RpcCall call) throws GarbledMessageException {
        XdrReader arguments = call.arguments();
        int program = arguments.readInt();
        int version = arguments.readInt();
        String networkId = arguments.readString(LONGEST_TEXT);
        String askedAt = arguments.readString(LONGEST_TEXT);
        return RpcReply.success(
                call,
                best(program, version, mapping -> mapping.networkId().equals(networkId))
                        .map(mapping -> addressFor(mapping, askedAt))
                        .findFirst()
                        .orElse(""));
    }

    /** Of a version that there is none of another is told, so that the client learns which versions there are. */
    private Stream<PortMapping> best(int program, int version, Predicate<PortMapping> suits) {
        return Stream.concat(mappings.stream().filter(mapping -> mapping.version() == version), mappings.stream())
                .filter(mapping -> mapping.program() == program)
                .filter(suits);
    }

    /** A client says at which of our addresses it asks; where we listen on all, the answer is that one. */
    private static String addressFor(PortMapping mapping, String askedAt) {
        Matcher matcher = UNIVERSAL_ADDRESS.matcher(askedAt);
        return mapping.isOnEveryAddress() && matcher.matches() && isAddress(matcher.group(1))
                ? mapping.universalAddress(matcher.group(1))
                : mapping.universalAddress();
    }

    private static boolean isAddress(String text) {
        try {
            ClientAddress.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private RpcReply list(RpcCall call) {
        XdrWriter list = new XdrWriter();
        for (PortMapping mapping : mappings) {
            if (call.version() != LOWEST_VERSION) {
                list.writeInts(1, mapping.program(), mapping.version())
                        .writeString(mapping.networkId())
                        .writeString(mapping.universalAddress())
                        .writeString("");
            } else if (!mapping.isIpv6()) {
                list.writeInts(
                        1,
                        mapping.program(),
                        mapping.version(),
                        mapping.transport().protocolNumber(),
                        mapping.port());
            }
        }
        return RpcReply.success(call, list.writeInt(0));
    }
}
