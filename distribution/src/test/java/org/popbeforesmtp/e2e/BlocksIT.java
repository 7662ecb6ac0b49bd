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
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.embedded.RedisServer;

/** Blocks, and settings that are read again: on two nodes that share a Redis, under load, and at the end of James. */
class BlocksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BLOCKS = "/pop-before-smtp/blocks";
    private static final String DAY = "{\"duration\":\"1d\",\"reason\":\"stolen password\"}";
    private static final String ROUTES = "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n";

    private static HttpResponse<String> request(JamesServer james, String method, String path, String body) {
        return james.webAdmin().request(method, path, body);
    }

    private static void expect(int status, HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    @Test
    void nothingShouldRelayAfterTheAnswerOnAnyNodeUnderLoad() throws Exception {
        int port = Ports.free();
        RedisServer redis = TestRedis.at(port);
        redis.start();
        try (MailSite one = start("blocks-one", port);
                MailSite other = start("blocks-other", port)) {
            String bot = newClient();
            aBlockShouldHold(one, other, bot, "/users/" + BOB, BOB);
            aBlockShouldHold(other, one, bot, "/" + bot, ALICE);
            aReloadShouldHold(one, other, bot);
        } finally {
            redis.stop();
        }
    }

    private static MailSite start(String name, int redisPort) {
        return MailSite.start(
                name,
                builder -> builder.with("store", "redis")
                        .with("redis.url", "redis://127.0.0.1:" + redisPort)
                        .with("redis.timeout", "2s")
                        .file("webadmin.properties", ROUTES));
    }

    private static void aBlockShouldHold(MailSite one, MailSite other, String client, String path, String user)
            throws Exception {
        try (Load load = Load.on(List.of(one, other), client, user)) {
            load.awaitRelays();

            expect(200, request(one.james(), "PUT", BLOCKS + path, DAY));

            load.assertNothingRelaysFromHereOn();
            assertThat(other.relay(client, user).toString()).contains("is blocked for this address or account");
            assertThat(request(other.james(), "GET", BLOCKS, "").body()).contains("stolen password");

            expect(200, request(other.james(), "DELETE", BLOCKS + path, ""));
            load.awaitRelays();
        }
    }

    private static void aReloadShouldHold(MailSite one, MailSite other, String client) throws Exception {
        try (Load load = Load.on(List.of(one, other), client, ALICE)) {
            load.awaitRelays();
            for (MailSite site : List.of(one, other)) {
                site.james().directory().append("pop-before-smtp.properties", "\nnetworks.excluded=" + client + "\n");

                HttpResponse<String> answer = request(site.james(), "POST", "/pop-before-smtp/reload", "");

                expect(200, answer);
                assertThat(answer.body())
                        .isEqualTo("{\"changed\":{\"networks.excluded\":{\"from\":\"\",\"to\":\"" + client + "\"}}}\n");
            }

            load.assertNothingRelaysFromHereOn();
            assertThat(one.relay(client, ALICE).toString()).contains("does not allow sending from this network");
        }
    }

    @Test
    void aBlockInAFileShouldSurviveTheEndOfJamesAndAKill() {
        String client = newClient();
        try (MailSite site = MailSite.start("blocks-file", builder -> builder.file("webadmin.properties", ROUTES))) {
            site.checkMail(client, BOB);
            site.assertRelays(client, BOB);
            HttpResponse<String> answer = request(site.james(), "PUT", BLOCKS + "/users/" + BOB, DAY);
            expect(200, answer);
            assertThat(answer.body()).contains("\"revoked\":1");
            site.james().kill();

            assertBlocked(site, client);
            site.james().stop();
            assertBlocked(site, client);

            expect(200, request(site.james(), "DELETE", BLOCKS + "/users/" + BOB, ""));
            site.james().kill();
            site.james().startAgain();
            site.createUsers();
            site.checkMail(client, BOB);
            site.assertRelays(client, BOB);
        }
    }

    /** A node that was started without Redis does not know who is blocked, so nobody relays there until Redis is back. */
    @Test
    void aBlockShouldHoldThroughAnOutageOfRedisAndAfterARestart(@TempDir Path data) throws Exception {
        int port = Ports.free();
        RedisServer redis = persistent(port, data);
        redis.start();
        try (MailSite one = start("blocks-outage-one", port);
                MailSite other = start("blocks-outage-other", port)) {
            String bot = newClient();
            expect(200, request(one.james(), "PUT", BLOCKS + "/users/" + BOB, DAY));
            assertBlockedAndOthersFree(one, other, bot);
            // Nodes learn of blocks at once with a look-up, and for an outage once in fifteen seconds.
            redis.stop();
            assertBlockedAndOthersFree(one, other, bot);
            expect(503, request(one.james(), "PUT", BLOCKS + "/users/" + CAROL, DAY));
            one.checkMail(bot, CAROL);
            assertThat(one.relay(bot, CAROL).toString()).contains("is blocked for this address or account");
            expect(503, request(one.james(), "DELETE", BLOCKS + "/users/" + BOB, ""));

            other.james().kill();
            other.james().startAgain();
            other.createUsers();
            for (String user : List.of(ALICE, BOB)) {
                other.checkMail(bot, user);
                assertThat(other.relay(bot, user).toString()).startsWith("451 4.3.0");
            }
            assertThat(other.james().logLines("relaying allowed")).noneMatch(line -> line.contains("user=" + BOB));

            redis = persistent(port, data);
            redis.start();
            await().atMost(PATIENCE).untilAsserted(() -> other.assertRelays(bot, ALICE));
            await().atMost(PATIENCE).untilAsserted(() -> one.assertRelays(bot, ALICE));
            assertBlockedAndOthersFree(one, other, bot);

            for (MailSite site : List.of(one, other)) {
                site.james().stop();
                site.james().startAgain();
                site.createUsers();
            }
            assertBlockedAndOthersFree(one, other, bot);
            expect(200, request(other.james(), "DELETE", BLOCKS + "/users/" + BOB, ""));
            one.checkMail(bot, BOB);
            one.assertRelays(bot, BOB);
            other.assertRelays(bot, BOB);
        } finally {
            redis.stop();
        }
    }

    private static RedisServer persistent(int port, Path data) throws IOException {
        return RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("dir " + data)
                .setting("appendonly yes")
                .setting("appendfsync always")
                .build();
    }

    private static void assertBlockedAndOthersFree(MailSite one, MailSite other, String client) {
        for (MailSite site : List.of(one, other)) {
            site.checkMail(client, BOB);
            site.checkMail(client, ALICE);
            assertThat(site.relay(client, BOB).toString()).contains("is blocked for this address or account");
            site.assertRelays(client, ALICE);
        }
    }

    private static void assertBlocked(MailSite site, String client) {
        site.james().startAgain();
        site.createUsers();
        site.checkMail(client, BOB);
        site.checkMail(client, ALICE);
        assertThat(site.relay(client, BOB).toString()).contains("is blocked for this address or account");
        site.assertRelays(client, ALICE);
        // Mail from elsewhere to a user of this server is none of its business.
        try (SmtpClient smtp = site.james().smtp(client)) {
            assertThat(smtp.send(STRANGER, BOB, newSubject()).code()).isEqualTo(250);
        }
    }

    /** A client that checks mail and sends all the time, over connections that stay open, at each of some nodes. */
    private static final class Load implements AutoCloseable {

        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<Future<?>> running = new ArrayList<>();
        private final AtomicInteger relays = new AtomicInteger();
        private final AtomicInteger refusals = new AtomicInteger();
        private volatile boolean isOver;

        static Load on(List<MailSite> sites, String client, String user) {
            Load load = new Load();
            for (MailSite site : sites) {
                load.start(() -> assertThat(site.james().checkMail(client, user, PASSWORD))
                        .startsWith("+OK"));
                load.start(() -> {
                    try (SmtpClient smtp = site.james().smtp(client)) {
                        smtp.ehlo();
                        while (!load.isOver) {
                            load.tryToRelay(smtp, user);
                        }
                    }
                });
            }
            return load;
        }

        private void start(Runnable work) {
            running.add(threads.submit(() -> {
                while (!isOver) {
                    work.run();
                }
            }));
        }

        /** The counts change after the reply has come, so what was counted late was decided before. */
        private void tryToRelay(SmtpClient smtp, String user) {
            boolean isAllowed =
                    smtp.mailFrom(user).isPositive() && smtp.rcptTo(STRANGER).isPositive();
            (isAllowed ? relays : refusals).incrementAndGet();
            smtp.command("RSET");
        }

        void awaitRelays() throws InterruptedException {
            int before = relays.get();
            for (int i = 0; i < 400 && relays.get() < before + 20; i++) {
                requireThatAllGoesOn();
                Thread.sleep(50);
            }
            assertThat(relays.get()).isGreaterThanOrEqualTo(before + 20);
        }

        void assertNothingRelaysFromHereOn() throws InterruptedException {
            // One transaction of each connection may have begun before.
            int refused = refusals.get();
            int most = relays.get() + 2;
            for (int i = 0; i < 400 && refusals.get() < refused + 200; i++) {
                requireThatAllGoesOn();
                Thread.sleep(50);
            }
            assertThat(refusals.get()).isGreaterThanOrEqualTo(refused + 200);
            assertThat(relays.get()).isLessThanOrEqualTo(most);
            int settled = relays.get();
            Thread.sleep(500);
            assertThat(relays.get()).isEqualTo(settled);
        }

        private void requireThatAllGoesOn() {
            assertThat(running).noneMatch(Future::isDone);
        }

        @Override
        public void close() {
            isOver = true;
            threads.shutdown();
            try {
                assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
