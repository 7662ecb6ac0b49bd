// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.Closeable;

/** A POP3 client that says exactly what a test tells it to. */
public final class Pop3Client implements Closeable {

    private final LineClient line;

    private Pop3Client(LineClient line) {
        this.line = line;
    }

    /** Connects from an address of this host and reads the greeting. */
    public static Pop3Client connect(String from, int port) {
        return greet(LineClient.connect(from, port));
    }

    /** Connects as a proxy does that speaks for another client (PROXY protocol, version 1). */
    public static Pop3Client connectThroughProxy(String client, int port) {
        return greet(LineClient.connect("127.0.0.1", port).send(SmtpClient.proxyHeader(client)));
    }

    /** Connects to a port that is encrypted from the start. */
    public static Pop3Client connectOverTls(String from, int port) {
        LineClient line = LineClient.connect(from, port);
        line.startTls();
        return greet(line);
    }

    private static Pop3Client greet(LineClient line) {
        Pop3Client client = new Pop3Client(line);
        line.readLine();
        return client;
    }

    /** The first line of the reply. */
    public String command(String command) {
        return line.send(command).readLine();
    }

    /** The reply to the password. */
    public String login(String user, String password) {
        command("USER " + user);
        return command("PASS " + password);
    }

    /** A message, as it was stored. */
    public String retrieve(int number) {
        command("RETR " + number);
        StringBuilder message = new StringBuilder();
        for (String next = line.readLine(); !next.equals("."); next = line.readLine()) {
            message.append(next.startsWith("..") ? next.substring(1) : next).append("\r\n");
        }
        return message.toString();
    }

    public void startTls() {
        command("STLS");
        line.startTls();
    }

    /** Ends the session in order. */
    public void quit() {
        command("QUIT");
        close();
    }

    /** Waits for a while until the server closes the connection; throws if it does not. */
    void awaitClose() {
        line.awaitClose();
    }

    /** Hangs up without QUIT. */
    @Override
    public void close() {
        line.close();
    }
}
