// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import org.popbeforesmtp.e2e.JamesServer;
import org.popbeforesmtp.e2e.Pop3Client;
import org.popbeforesmtp.e2e.Reply;
import org.popbeforesmtp.e2e.SmtpClient;

/** What clients do again and again, and what of it is timed. */
enum Operation {
    TRANSACTION("granted transaction (MAIL, RCPT) on an open connection") {
        @Override
        void repeat(JamesServer james, Client client, Stopwatch stopwatch) {
            try (SmtpClient smtp = james.smtp(client.granted())) {
                while (stopwatch.goesOn()) {
                    stopwatch.time(() -> {
                        expect(smtp.mailFrom(client.user()));
                        expect(smtp.rcptTo(ELSEWHERE));
                    });
                    expect(smtp.command("RSET"));
                }
            }
        }
    },
    CONNECTION("granted connection (EHLO, MAIL, RCPT, QUIT)") {
        @Override
        void repeat(JamesServer james, Client client, Stopwatch stopwatch) {
            while (stopwatch.goesOn()) {
                stopwatch.time(() -> {
                    try (SmtpClient smtp = james.smtp(client.granted())) {
                        expect(smtp.mailFrom(client.user()));
                        expect(smtp.rcptTo(ELSEWHERE));
                        expect(smtp.command("QUIT"));
                    }
                });
            }
        }
    },
    FURTHER_RECIPIENT("further RCPT of a granted transaction") {
        @Override
        void repeat(JamesServer james, Client client, Stopwatch stopwatch) {
            try (SmtpClient smtp = james.smtp(client.granted())) {
                while (stopwatch.goesOn()) {
                    expect(smtp.mailFrom(client.user()));
                    expect(smtp.rcptTo(ELSEWHERE));
                    for (int i = 0; i < RECIPIENTS; i++) {
                        stopwatch.time(() -> expect(smtp.rcptTo(ELSEWHERE)));
                    }
                    expect(smtp.command("RSET"));
                }
            }
        }
    },
    INBOUND("mail from elsewhere to a local user (MAIL, RCPT)") {
        @Override
        void repeat(JamesServer james, Client client, Stopwatch stopwatch) {
            try (SmtpClient smtp = james.smtp(client.stranger())) {
                while (stopwatch.goesOn()) {
                    stopwatch.time(() -> {
                        expect(smtp.mailFrom(ELSEWHERE));
                        expect(smtp.rcptTo(client.user()));
                    });
                    expect(smtp.command("RSET"));
                }
            }
        }
    },
    LOGIN("POP3 login (connection, USER, PASS, QUIT)") {
        @Override
        void repeat(JamesServer james, Client client, Stopwatch stopwatch) {
            while (stopwatch.goesOn()) {
                stopwatch.time(() -> {
                    Pop3Client pop3 = james.pop3(client.next());
                    String reply = pop3.login(client.user(), Client.PASSWORD);
                    pop3.quit();
                    if (!reply.startsWith("+OK")) {
                        throw new IllegalStateException("the login was refused: " + reply);
                    }
                });
            }
        }
    };

    private static final String ELSEWHERE = "stranger@elsewhere.example";
    private static final int RECIPIENTS = 20;

    private final String title;

    Operation(String title) {
        this.title = title;
    }

    /** Does it on one connection after another, or on one, until the stopwatch has run out. */
    abstract void repeat(JamesServer james, Client client, Stopwatch stopwatch);

    private static void expect(Reply reply) {
        if (!reply.isPositive()) {
            throw new IllegalStateException("what was to be timed was refused: " + reply);
        }
    }

    @Override
    public String toString() {
        return title;
    }
}
