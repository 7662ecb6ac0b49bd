// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An SMTP client that says exactly what a test tells it to. */
public final class SmtpClient implements Closeable {

    private final LineClient line;
    private String sender = "";

    private SmtpClient(LineClient line) {
        this.line = line;
    }

    /** Connects from an address of this host and greets. */
    public static SmtpClient connect(String from, int port) {
        return greet(LineClient.connect(from, port));
    }

    /** Connects as a proxy does that speaks for another client (PROXY protocol, version 1) and greets. */
    public static SmtpClient connectThroughProxy(String client, int port) {
        return greet(LineClient.connect("127.0.0.1", port).send(proxyHeader(client)));
    }

    /** Connects to a port that is encrypted from the start and greets. */
    public static SmtpClient connectOverTls(String from, int port) {
        LineClient line = LineClient.connect(from, port);
        line.startTls();
        return greet(line);
    }

    static String proxyHeader(String client) {
        return client.contains(":")
                ? "PROXY TCP6 " + client + " 2001:db8::25 40000 25"
                : "PROXY TCP4 " + client + " 192.0.2.25 40000 25";
    }

    private static SmtpClient greet(LineClient line) {
        SmtpClient client = new SmtpClient(line);
        client.read();
        client.ehlo();
        return client;
    }

    public Reply ehlo() {
        return command("EHLO client.example");
    }

    public Reply command(String command) {
        line.send(command);
        return read();
    }

    /** Sends all commands at once and reads as many replies (RFC 2920). */
    public List<Reply> pipeline(String... commands) {
        line.sendRaw(String.join("\r\n", commands) + "\r\n");
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < commands.length; i++) {
            replies.add(read());
        }
        return replies;
    }

    /** Sends characters as they are; {@link #read} reads what comes of them. */
    public void sendRaw(String characters) {
        line.sendRaw(characters);
    }

    public Reply read() {
        StringBuilder text = new StringBuilder();
        while (true) {
            String next = line.readLine();
            text.append(next.length() > 4 ? next.substring(4) : "");
            if (next.length() <= 3 || next.charAt(3) != '-') {
                return new Reply(Integer.parseInt(next.substring(0, 3)), text.toString());
            }
            text.append('\n');
        }
    }

    public Reply mailFrom(String sender) {
        this.sender = sender;
        return command("MAIL FROM:<" + sender + ">");
    }

    public Reply rcptTo(String recipient) {
        return command("RCPT TO:<" + recipient + ">");
    }

    /** Sends a short message with a subject, from the sender of the transaction: since 3.9 James wants a From. */
    public Reply data(String subject) {
        Reply reply = command("DATA");
        return reply.code() == 354
                ? command("From: <" + sender + ">\r\nSubject: " + subject + "\r\n\r\nHello\r\n.")
                : reply;
    }

    /** Sends a mail in a transaction of its own: the reply is the first refusal, or the one that accepts the mail. */
    public Reply send(String sender, String recipient, String subject) {
        Reply reply = mailFrom(sender);
        reply = reply.isPositive() ? rcptTo(recipient) : reply;
        if (reply.isPositive()) {
            return data(subject);
        }
        command("RSET");
        return reply;
    }

    public Reply startTls() {
        Reply reply = command("STARTTLS");
        line.startTls();
        ehlo();
        return reply;
    }

    public Reply authenticate(String user, String password) {
        String credentials = "\0" + user + "\0" + password;
        return command("AUTH PLAIN " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
    }

    /** Hangs up without QUIT. */
    @Override
    public void close() {
        line.close();
    }
}
