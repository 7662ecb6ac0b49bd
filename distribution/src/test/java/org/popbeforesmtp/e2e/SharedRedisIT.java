// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/**
 * Two processes that share a Redis: one James has POP3 alone and our key for Redis, the other SMTP alone and a {@code
 * redis.properties} of its own.
 */
class SharedRedisIT {

    private static final int REDIS_PORT = Ports.free();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static RedisServer redis = newRedis();
    private static JamesServer pop3Node;
    private static MailSite smtpNode;

    private final String client = newClient();

    @BeforeAll
    static void start() throws IOException {
        startRedis();
        String url = "redis://127.0.0.1:" + REDIS_PORT;
        pop3Node = shared(JamesServer.named("redis-pop3").without("smtpserver.xml"))
                .with("redis.url", url)
                .start();
        createUsers(pop3Node);
        smtpNode = MailSite.start(
                "redis-smtp",
                builder ->
                        shared(builder.without("pop3server.xml")).file("redis.properties", "redisURL=" + url + "\n"));
    }

    private static JamesBuilder shared(JamesBuilder builder) {
        return builder.with("store", "redis")
                .with("redis.timeout", "1s")
                .with("maxUsersPerAddress", "2")
                .file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n");
    }

    private static void createUsers(JamesServer james) {
        james.webAdmin().createDomain("example.org").createUser(ALICE, PASSWORD).createUser(BOB, PASSWORD);
    }

    private static RedisServer newRedis() {
        try {
            return TestRedis.at(REDIS_PORT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void startRedis() throws IOException {
        redis = newRedis();
        redis.start();
    }

    @AfterAll
    static void stop() throws IOException {
        smtpNode.close();
        pop3Node.close();
        redis.stop();
    }

    private void checkMail(String user) {
        assertThat(pop3Node.checkMail(client, user, PASSWORD)).startsWith("+OK");
    }

    private static Reply relay(SmtpClient smtp, String user) {
        Reply mail = smtp.mailFrom(user);
        return mail.isPositive() ? smtp.rcptTo(STRANGER) : mail;
    }

    @Test
    void aLoginAtOneNodeShouldAllowRelayingAtTheOther() {
        assertThat(smtpNode.relay(client, ALICE).code()).isEqualTo(530);

        checkMail(ALICE);

        smtpNode.assertRelays(client, ALICE);
        assertThat(smtpNode.relay(client, BOB).code()).isEqualTo(530);
    }

    @Test
    void aRevocationAtOneNodeShouldHoldAtTheOtherOnAConnectionThatIsOpen() {
        checkMail(ALICE);
        try (SmtpClient smtp = smtpNode.james().smtp(client)) {
            smtp.ehlo();
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);

            assertThat(grants("DELETE", "").statusCode()).isEqualTo(200);

            assertThat(relay(smtp, ALICE).toString()).startsWith("530 5.7.1 Relaying denied for " + client);
        }
    }

    @Test
    void manyUsersOfOneAddressShouldBeCountedOverAllNodes() {
        checkMail(ALICE);
        checkMail(BOB);
        smtpNode.assertRelays(client, ALICE);

        assertThat(smtpNode.james()
                        .webAdmin()
                        .request("PUT", "/pop-before-smtp/grants/" + client, "{\"user\":\"" + CAROL + "\"}")
                        .statusCode())
                .isEqualTo(204);

        assertThat(smtpNode.relay(client, ALICE).toString()).contains("too many users share this address");
    }

    @Test
    void theEndOfAGrantShouldBeSeenByBothNodesOnAConnectionThatIsOpen() {
        Duration lifetime = Duration.ofSeconds(3);
        try (SmtpClient smtp = smtpNode.james().smtp(client)) {
            smtp.ehlo();
            Instant granted = Instant.now();
            assertThat(grants("PUT", "{\"user\":\"" + ALICE + "\",\"lifetime\":\"3s\"}")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
            assertThat(grants("GET", "").statusCode()).isEqualTo(200);

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> relay(smtp, ALICE).code() == 530);
            assertThat(Duration.between(granted, Instant.now()))
                    .isBetween(lifetime.minusMillis(100), lifetime.plusSeconds(1));
            assertThat(grants("GET", "").statusCode()).isEqualTo(404);
        }
    }

    /** Asks the SMTP node what a client would hear. */
    private HttpResponse<String> explain(String sender) {
        return smtpNode.james()
                .webAdmin()
                .request("GET", "/pop-before-smtp/explain?address=" + client + "&sender=" + sender, "");
    }

    /** Asks the POP3 node about the grants of the client. */
    private HttpResponse<String> grants(String method, String body) {
        return pop3Node.webAdmin().request(method, "/pop-before-smtp/grants/" + client, body);
    }

    @Test
    void aGrantShouldOutliveEitherNode() {
        checkMail(ALICE);
        pop3Node.kill();
        smtpNode.assertRelays(client, ALICE);
        smtpNode.james().kill();

        pop3Node.startAgain();
        createUsers(pop3Node);
        smtpNode.james().startAgain();
        smtpNode.createUsers();

        smtpNode.assertRelays(client, ALICE);
    }

    @Test
    void whileRedisIsDownLoginsAndLocalMailShouldGoOnAndNobodyShouldRelay() throws IOException {
        redis.stop();
        try {
            checkMail(ALICE);
            try (SmtpClient smtp = smtpNode.james().smtp(client)) {
                smtp.ehlo();
                assertThat(relay(smtp, ALICE).toString()).startsWith("451 4.3.0");
                assertThat(smtp.send(STRANGER, BOB, newSubject()).code()).isEqualTo(250);
            }
        } finally {
            startRedis();
        }

        // What the POP3 node recorded meanwhile is in Redis soon after its return.
        awaitRelayOfAlice();
    }

    @Test
    void aNodeThatStartsWithoutRedisShouldSayItAndFindItLater() throws IOException {
        String trouble = "Redis cannot be used, this node continues with its own grants only: ";
        pop3Node.kill();
        long before = pop3Node.logLines(trouble).size();
        redis.stop();
        try {
            pop3Node.startAgain();
            createUsers(pop3Node);
            assertThat(pop3Node.logLines(trouble)).hasSizeGreaterThan((int) before);
            checkMail(ALICE);
        } finally {
            startRedis();
        }

        awaitRelayOfAlice();
    }

    @Test
    void whatANodeRecordedItselfShouldCountInAnOutageAndNotSpeakForOthersAtTheAddress() throws IOException {
        checkMail(ALICE);
        redis.stop();
        try {
            assertThat(smtpNode.james()
                            .webAdmin()
                            .request("PUT", "/pop-before-smtp/grants/" + client, "{\"user\":\"" + BOB + "\"}")
                            .statusCode())
                    .isEqualTo(204);

            smtpNode.assertRelays(client, BOB);
            assertThat(smtpNode.relay(client, ALICE).toString()).startsWith("451 4.3.0");
            assertThat(explain(BOB).body()).contains("\"allowed\":true");
            assertThat(explain(ALICE).statusCode()).isEqualTo(503);
        } finally {
            startRedis();
        }

        // Both nodes have found it again.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(grants("GET", "").body()).contains(BOB));
    }

    private void awaitRelayOfAlice() {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(smtpNode.relay(client, ALICE).code()).isEqualTo(250));
    }
}
