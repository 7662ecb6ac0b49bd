// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An IMAP client that says exactly what a test tells it to. */
final class ImapClient implements Closeable {

    private final LineClient line;
    private int commands;

    private ImapClient(LineClient line) {
        this.line = line;
    }

    /** Connects from an address of this host and reads the greeting. */
    static ImapClient connect(String from, int port) {
        return greet(LineClient.connect(from, port));
    }

    /** Connects as a proxy does that speaks for another client (PROXY protocol, version 1). */
    static ImapClient connectThroughProxy(String client, int port) {
        return greet(LineClient.connect("127.0.0.1", port).send(SmtpClient.proxyHeader(client)));
    }

    private static ImapClient greet(LineClient line) {
        ImapClient client = new ImapClient(line);
        line.readLine();
        return client;
    }

    /** All lines of the reply, the last one without its tag. */
    List<String> command(String command) {
        return reply(send(command));
    }

    /** Sends a command and reads nothing; the tag of the reply to come. */
    String send(String command) {
        String tag = "a" + ++commands;
        line.send(tag + " " + command);
        return tag;
    }

    /** Sends all commands in one packet; the tag of the last one's reply. */
    String sendTogether(String... all) {
        StringBuilder text = new StringBuilder();
        for (String command : all) {
            text.append('a').append(++commands).append(' ').append(command).append("\r\n");
        }
        line.sendRaw(text.toString());
        return "a" + commands;
    }

    List<String> reply(String tag) {
        List<String> lines = new ArrayList<>();
        String next = line.readLine();
        while (!next.startsWith(tag + " ")) {
            lines.add(next);
            next = line.readLine();
        }
        lines.add(next.substring(tag.length() + 1));
        return lines;
    }

    /** Whether a command succeeds. */
    boolean isOk(String command) {
        List<String> reply = command(command);
        return reply.get(reply.size() - 1).startsWith("OK");
    }

    boolean login(String user, String password) {
        return isOk("LOGIN " + user + " " + password);
    }

    boolean authenticatePlain(String user, String password) {
        String tag = send("AUTHENTICATE PLAIN");
        line.readLine();
        line.send(Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(UTF_8)));
        List<String> reply = reply(tag);
        return reply.get(reply.size() - 1).startsWith("OK");
    }

    /** With a token instead of a password (RFC 7628), in the command itself. */
    boolean authenticateByToken(String user, String token) {
        String response = "n,a=" + user + ",\001user=" + user + "\001auth=Bearer " + token + "\001\001";
        return isOk("AUTHENTICATE OAUTHBEARER " + Base64.getEncoder().encodeToString(response.getBytes(UTF_8)));
    }

    /** Begins to idle; the tag of the reply to {@link #done}. */
    String idle() {
        String tag = send("IDLE");
        String next = line.readLine();
        while (!next.startsWith("+")) {
            next = line.readLine();
        }
        return tag;
    }

    List<String> done(String tag) {
        line.send("DONE");
        return reply(tag);
    }

    void startTls() {
        command("STARTTLS");
        line.startTls();
    }

    /** Hangs up without LOGOUT. */
    @Override
    public void close() {
        line.close();
    }
}
