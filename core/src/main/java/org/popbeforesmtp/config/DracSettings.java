// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;

/** How to listen for POP3 servers that support DRAC. Immutable. */
public final class DracSettings {

    private final boolean enabled;
    private final InetSocketAddress address;
    private final DracPortMapper portMapper;
    private final NetworkSet allow;

    private DracSettings(boolean enabled, InetSocketAddress address, DracPortMapper portMapper, NetworkSet allow) {
        this.enabled = enabled;
        this.address = address;
        this.portMapper = portMapper;
        this.allow = allow;
    }

    /** To listen on that address, UDP and TCP. */
    public static DracSettings listen(InetSocketAddress address, DracPortMapper portMapper, NetworkSet allow) {
        return new DracSettings(true, address, portMapper, allow);
    }

    static DracSettings read(ConfigurationReader in) {
        boolean enabled = in.read("drac.enabled", "false", Parsers::bool);
        InetAddress address = in.read("drac.address", "127.0.0.1", DracSettings::address);
        int port = Math.toIntExact(in.read("drac.port", "0", Parsers.number(0, 65_535)));
        boolean portIsKnown = !in.isRejected("drac.port");
        DracPortMapper portMapper = in.read("drac.portmapper", "register", Parsers.word(DracPortMapper.class));
        if (port == 0 && portIsKnown && portMapper == DracPortMapper.NONE) {
            in.reject("drac.port", "0", "must be a fixed port if drac.portmapper is none: nobody could find it");
        }
        NetworkSet allow = in.read("drac.allow", "127.0.0.0/8,::1/128", text -> NetworkSet.parse(Parsers.list(text)));
        return new DracSettings(enabled, new InetSocketAddress(address, port), portMapper, allow);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByAddress(ClientAddress.parse(text).toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("must be an IPv4 or IPv6 address", e);
        }
    }

    public boolean enabled() {
        return enabled;
    }

    /** Where to listen; port 0 is any free port. */
    public InetSocketAddress address() {
        return address;
    }

    public DracPortMapper portMapper() {
        return portMapper;
    }

    /** The hosts that may grant. */
    public NetworkSet allow() {
        return allow;
    }
}
