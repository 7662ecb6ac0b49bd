// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** Two nodes that share a Redis hold a user to one limit, and one of them warns of a thousand recipients. */
class RecipientLimitIT {

    private static final int REDIS_PORT = Ports.free();
    private static final int LIMIT = 1_000;

    private static RedisServer redis;
    private static MailSite node;
    private static MailSite otherNode;

    @BeforeAll
    static void start() throws IOException {
        redis = TestRedis.at(REDIS_PORT);
        redis.start();
        node = node("limit-one");
        otherNode = node("limit-other");
    }

    private static MailSite node(String name) {
        return MailSite.start(
                name,
                settings -> settings.with("store", "redis")
                        .with("redis.url", "redis://127.0.0.1:" + REDIS_PORT)
                        .with("redis.timeout", "1s")
                        .with("limit.recipientsPerHour", String.valueOf(LIMIT))
                        .file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n"));
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
        otherNode.close();
        redis.stop();
    }

    @Test
    void aUserShouldHaveOneLimitAtBothNodes() {
        String client = newClient();
        node.checkMail(client, ALICE);
        node.checkMail(client, BOB);
        try (SmtpClient smtp = node.james().smtp(client);
                SmtpClient other = otherNode.james().smtp(client)) {
            smtp.mailFrom(ALICE);
            for (int i = 0; i < LIMIT - 1; i++) {
                assertThat(smtp.rcptTo("friend" + i + "@elsewhere.example").code())
                        .isEqualTo(250);
            }
            assertThat(warnings(node) + warnings(otherNode)).isZero();
            other.mailFrom(ALICE);
            assertThat(other.rcptTo("last@elsewhere.example").code()).isEqualTo(250);

            String refusal = "452 4.5.3 Relaying denied for " + client
                    + ": you have reached the limit of 1000 recipients an hour; send again after ";
            assertThat(smtp.rcptTo("more@elsewhere.example").toString()).startsWith(refusal);
            assertThat(other.rcptTo("more@elsewhere.example").toString()).startsWith(refusal);
            assertThat(other.rcptTo(BOB).code()).isEqualTo(250);
            assertThat(other.data(newSubject()).code()).isEqualTo(250);
        }
        node.assertRelays(client, BOB);
        assertThat(warnings(node)).isZero();
        assertThat(warnings(otherNode)).isOne();
        assertThat(node.james()
                        .webAdmin()
                        .request("GET", "/pop-before-smtp/explain?address=" + client + "&sender=" + ALICE, "")
                        .body())
                .contains("\"reason\":\"limit\"", "\"recipientsLastHour\":1000", "\"refusal\":\"452 4.5.3 ");
    }

    @Test
    void clientsThatSendAtTheSameTimeShouldHaveOneLimitTogether() throws Exception {
        String client = newClient();
        node.checkMail(client, CAROL);
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> accepted = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                accepted.add(clients.submit(() -> recipientsUntilTheLimit(node, client)));
                accepted.add(clients.submit(() -> recipientsUntilTheLimit(otherNode, client)));
            }

            int all = 0;
            for (Future<Integer> each : accepted) {
                all += each.get();
            }
            assertThat(all).isEqualTo(LIMIT);
        } finally {
            clients.shutdownNow();
        }
    }

    private static int recipientsUntilTheLimit(MailSite site, String client) {
        try (SmtpClient smtp = site.james().smtp(client)) {
            smtp.mailFrom(CAROL);
            int accepted = 0;
            Reply reply = smtp.rcptTo(STRANGER);
            while (reply.isPositive()) {
                accepted++;
                reply = smtp.rcptTo("friend" + accepted + "@elsewhere.example");
            }
            assertThat(reply.code()).isEqualTo(452);
            return accepted;
        }
    }

    private static int warnings(MailSite site) {
        return site.james()
                .logLines(ALICE + " has named 1000 recipients of other servers")
                .size();
    }
}
