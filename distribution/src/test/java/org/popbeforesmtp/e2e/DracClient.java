// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The C client of the DRAC listener's own tests, which rpcgen makes from the interface: what an old POP3 server calls. */
final class DracClient {

    private static final Path SOURCES = Build.module().resolve("../plugin-drac/src/test/c");

    private final Path program;

    private DracClient(Path program) {
        this.program = program;
    }

    /** Needs the packages libtirpc-dev, rpcsvc-proto and gcc. */
    static DracClient compile() {
        Path directory =
                Build.target().resolve("drac-client-" + ProcessHandle.current().pid());
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String output = run(
                directory,
                "sh",
                "-c",
                "rm -f * && cp " + SOURCES.toAbsolutePath() + "/* . && rpcgen -C relay.x"
                        + " && gcc -o client client.c relay_clnt.c relay_xdr.c -I/usr/include/tirpc -ltirpc");
        if (!Files.isExecutable(directory.resolve("client"))) {
            throw new IllegalStateException("the C client needs libtirpc-dev, rpcsvc-proto and gcc: " + output);
        }
        return new DracClient(directory.resolve("client"));
    }

    /** Reports an address to the server that the port mapper of a host tells; the number of the answer, or an error. */
    String add(String host, int version, String transport, String address) {
        return run(Build.target(), program.toString(), host, String.valueOf(version), transport, address);
    }

    private static String run(Path directory, String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
