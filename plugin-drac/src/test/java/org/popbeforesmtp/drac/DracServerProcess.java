// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.config.DracPortMapper;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.drac.portmapper.PortMapperProgram;

/**
 * A DRAC server in a process of its own: arguments are address, port, port mapper, and the renewal period in
 * milliseconds, then the networks that may grant. Prints what it was told, and ends when its standard input does.
 */
public final class DracServerProcess {

    private DracServerProcess() {}

    public static void main(String[] arguments) throws IOException {
        DracSettings settings = DracSettings.listen(
                new InetSocketAddress(InetAddress.getByName(arguments[0]), Integer.parseInt(arguments[1])),
                DracPortMapper.valueOf(arguments[2].toUpperCase(Locale.ROOT)),
                NetworkSet.parse(Arrays.asList(arguments).subList(4, arguments.length)));
        DracCalls calls = (granted, caller) -> {
            System.out.println("add " + granted + " from " + caller);
            return DracResult.SUCCESS;
        };
        try (DracServer server = new DracServer(
                settings, calls, Clock.systemUTC(), PortMapperProgram.PORT, Long.parseLong(arguments[3]), 30_000)) {
            System.out.println("listening on port " + server.address().getPort());
            while (System.in.read() >= 0) {
                // Until the end.
            }
        }
        System.out.println("closed");
    }
}
