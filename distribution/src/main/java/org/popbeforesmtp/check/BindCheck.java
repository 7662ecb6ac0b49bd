// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.popbeforesmtp.check.Finding.Effect;

/** Looks whether each server has an address and a port of its own that it can listen on. */
final class BindCheck {

    private static final Pattern ADDRESS =
            Pattern.compile("[^:]+:\\s*(\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-5]\\d{2})\\s*");

    private final Report report;
    private final Map<String, String> files = new HashMap<>();

    BindCheck(Report report) {
        this.report = report;
    }

    /** To be called for each server once. */
    void run(Server server) {
        String bind = server.bind().trim();
        String other = files.putIfAbsent(bind, server.file());
        if (other != null && !bind.endsWith(":0")) {
            stops(server, "<bind> " + bind + " is also used by another server, in " + other);
        }
        for (String address : server.bind().split(",", -1)) {
            if (address.isBlank()) {
                continue;
            }
            if (ADDRESS.matcher(address).matches()) {
                host(server, address.trim().replaceFirst(":.*", "").trim());
            } else {
                stops(
                        server,
                        "<bind> must be addresses with ports, such as 0.0.0.0:"
                                + server.kind().defaultPort() + UnsetVariable.hint(address));
            }
        }
    }

    /** No problem: James may be meant for another machine than the one that is asked here. */
    private void host(Server server, String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null) {
                warning(server, host + " is no address of this machine");
            }
        } catch (UnknownHostException e) {
            warning(server, host + " is no host that is known here");
        } catch (SocketException e) {
            report.detail(server.file(), "the addresses of this machine cannot be read: " + e.getMessage());
        }
    }

    private void warning(Server server, String reason) {
        report.warning(server.file(), server.name() + ": <bind>: " + reason + "; James starts where it is one");
    }

    private void stops(Server server, String reason) {
        report.problem(server.file(), Effect.NO_START, server.name() + ": James does not start: " + reason);
    }
}
