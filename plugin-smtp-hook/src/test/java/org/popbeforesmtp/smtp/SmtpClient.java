// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.james.smtpserver.ExtendedSMTPSession;
import org.popbeforesmtp.fakes.Conversation;
import org.popbeforesmtp.fakes.MemoryMailServer;

/** A mail program: says one command at a time and returns the whole reply. */
final class SmtpClient {

    private final Conversation<ExtendedSMTPSession> conversation;

    SmtpClient(Conversation<ExtendedSMTPSession> conversation) {
        this.conversation = conversation;
    }

    String say(String line) {
        return conversation.send(line);
    }

    SmtpClient greeted() {
        ehlo();
        return this;
    }

    String ehlo() {
        return say("EHLO client.example.net");
    }

    String mailFrom(String address) {
        return say("MAIL FROM:<" + address + ">");
    }

    String rcptTo(String address) {
        return say("RCPT TO:<" + address + ">");
    }

    String rset() {
        return say("RSET");
    }

    String startTls() {
        return say("STARTTLS");
    }

    String auth(String user) {
        String credentials = "\0" + user + "\0" + MemoryMailServer.PASSWORD;
        return say("AUTH PLAIN " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.US_ASCII)));
    }

    /** DATA with a small message; the reply to its end, or to DATA if that is refused. */
    String data() {
        String reply = say("DATA");
        if (!reply.startsWith("354")) {
            return reply;
        }
        say("Subject: hello");
        say("");
        say("hello");
        return say(".");
    }

    void hangUp() {
        conversation.hangUp();
    }

    ExtendedSMTPSession session() {
        return conversation.session();
    }
}
