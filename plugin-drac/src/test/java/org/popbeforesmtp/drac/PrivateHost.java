// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network of its own, with nothing but the loopback interface and the addresses that the test gives it, so that neither
 * port 111 nor the rpcbind of the machine is touched. Needs root on Linux, like the server that it is for.
 */
final class PrivateHost {

    private static final String TOOLS =
            "this test needs root on Linux and the packages rpcbind, libtirpc-dev, rpcsvc-proto, gcc and iproute2";

    private final Process holder;
    private final List<Process> processes = new ArrayList<>();

    private PrivateHost(Process holder) {
        this.holder = holder;
    }

    static PrivateHost withAddresses(String... addresses) throws IOException {
        StringBuilder script =
                new StringBuilder("set -e; ip link set lo up; mount -t tmpfs tmpfs /run; mkdir /run/rpcbind; ");
        for (String address : addresses) {
            script.append("ip addr add ").append(address).append(" dev lo nodad; ");
        }
        Process holder = new ProcessBuilder("unshare", "--net", "--mount", "sh", "-c", script + "echo ready; exec cat")
                .redirectErrorStream(true)
                .start();
        Output output = Output.of(holder);
        await(TOOLS).atMost(20, TimeUnit.SECONDS).until(() -> output.has("ready"));
        return new PrivateHost(holder);
    }

    /** Starts a command there; its standard error is part of its output. */
    Process start(String... command) throws IOException {
        List<String> words =
                new ArrayList<>(List.of("nsenter", "--target", String.valueOf(holder.pid()), "--net", "--mount"));
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    /** Runs a command there and returns what it wrote. */
    String run(String... command) throws IOException, InterruptedException {
        Process process = start(command);
        Output output = Output.of(process);
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("no end of " + String.join(" ", command));
        }
        return output.afterTheEnd();
    }

    void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        holder.destroyForcibly().waitFor();
    }
}
