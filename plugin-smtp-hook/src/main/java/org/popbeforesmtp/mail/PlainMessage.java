// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** A short text as an automatic message (RFC 5322, RFC 3834) that nothing answers: its return path is the null sender. */
final class PlainMessage {

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+");
    private static final Pattern PRINTABLE_ASCII = Pattern.compile("[\\x20-\\x7e]*");

    /** So that an encoded word stays below its limit of 75 characters (RFC 2047). */
    private static final int BYTES_PER_WORD = 39;

    private static final String LINE_BREAK = "\r\n";

    private PlainMessage() {}

    /**
     * The message.
     *
     * @param to a user: with their address, if their name is one
     * @param language of the body, as RFC 3282 has it
     */
    static byte[] of(String from, String to, String subject, String body, String language, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add("Return-Path: <>");
        lines.add("Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        lines.add("Message-ID: <" + UUID.randomUUID() + "@" + from.substring(from.indexOf('@') + 1) + ">");
        lines.add("From: <" + from + ">");
        lines.add("To: " + (ADDRESS.matcher(to).matches() ? "<" + to + ">" : "undisclosed-recipients:;"));
        lines.add("Subject: " + encoded(subject));
        lines.add("Auto-Submitted: auto-generated");
        lines.add("MIME-Version: 1.0");
        lines.add("Content-Type: text/plain; charset=UTF-8");
        lines.add("Content-Language: " + language);
        lines.add("Content-Transfer-Encoding: base64");
        lines.add("");
        lines.add(Base64.getMimeEncoder().encodeToString(body.getBytes(UTF_8)));
        lines.add("");
        return String.join(LINE_BREAK, lines).getBytes(US_ASCII);
    }

    private static String encoded(String text) {
        if (PRINTABLE_ASCII.matcher(text).matches()) {
            return text;
        }
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            String next = Character.toString(text.codePointAt(i));
            if ((word + next).getBytes(UTF_8).length > BYTES_PER_WORD) {
                words.add(encodedWord(word));
                word.setLength(0);
            }
            word.append(next);
        }
        words.add(encodedWord(word));
        return String.join(LINE_BREAK + " ", words);
    }

    private static String encodedWord(StringBuilder text) {
        return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(text.toString().getBytes(UTF_8)) + "?=";
    }
}
