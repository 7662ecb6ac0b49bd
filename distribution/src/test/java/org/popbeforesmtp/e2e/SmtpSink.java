// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.subethamail.smtp.server.SMTPServer;

/** The rest of the world: an SMTP server that takes what James relays and remembers it. */
public final class SmtpSink implements AutoCloseable {

    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final SMTPServer server;

    private SmtpSink(int port) {
        server = SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandler((context, sender, recipient, message) ->
                        deliveries.add(new Delivery(sender, recipient, new String(message, ISO_8859_1))))
                .build();
    }

    public static SmtpSink start() {
        SmtpSink sink = new SmtpSink(Ports.free());
        sink.server.start();
        return sink;
    }

    public int port() {
        return server.getPortAllocated();
    }

    /** What has arrived so far, one for each recipient. */
    public List<Delivery> deliveries() {
        return deliveries;
    }

    /** What has arrived with a subject. */
    public Optional<Delivery> delivery(String subject) {
        return deliveries.stream()
                .filter(delivery -> delivery.header("Subject").equals(Optional.of(subject)))
                .findFirst();
    }

    @Override
    public void close() {
        server.stop();
    }

    /** A mail as it arrived: the envelope and the text. */
    public record Delivery(String sender, String recipient, String message) {

        public Optional<String> header(String name) {
            String head = message.split("\r?\n\r?\n", 2)[0].replaceAll("\r?\n[ \t]+", " ");
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst();
        }
    }
}
