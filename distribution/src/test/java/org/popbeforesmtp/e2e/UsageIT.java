// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** Who relayed on grants, as James tells it, beside what the test saw James accept. */
class UsageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What was accepted: the messages of each user. */
    private final Map<String, Long> model = new ConcurrentHashMap<>();

    private static JamesBuilder reporting(JamesBuilder builder) {
        return builder.file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n");
    }

    private void relay(MailSite site, String client, String user, int times) {
        for (int i = 0; i < times; i++) {
            site.assertRelays(client, user);
            model.merge(user, 1L, Long::sum);
        }
    }

    /** The messages of each user. */
    private static Map<String, Long> reported(JamesServer james) {
        String csv = james.webAdmin()
                .request("GET", "/pop-before-smtp/usage?format=csv", "")
                .body();
        List<String> header = List.of(csv.lines().findFirst().orElseThrow().split(","));
        return csv.lines()
                .skip(1)
                .map(line -> line.split(","))
                .collect(Collectors.toMap(
                        cells -> cells[header.indexOf("user")],
                        cells -> Long.parseLong(cells[header.indexOf("messages")])));
    }

    private void awaitModel(JamesServer james) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reported(james)).isEqualTo(new TreeMap<>(model)));
    }

    @Test
    void usageShouldSurviveTheEndOfJames() throws InterruptedException {
        try (MailSite site = MailSite.start("usage", UsageIT::reporting)) {
            JamesServer james = site.james();
            String client = newClient();
            site.checkMail(client, ALICE);
            relay(site, client, ALICE, 3);
            james.stop();

            james.startAgain();
            site.createUsers();
            awaitModel(james);

            site.checkMail(client, BOB);
            relay(site, client, BOB, 2);
            relay(site, client, ALICE, 1);
            // What is older than this survives a sudden end too.
            Thread.sleep(2_000);
            james.kill();
            james.startAgain();
            awaitModel(james);

            assertThat(james.webAdmin()
                            .request("DELETE", "/pop-before-smtp/usage?user=" + ALICE, "")
                            .statusCode())
                    .isEqualTo(200);
            james.kill();
            james.startAgain();
            assertThat(reported(james)).isEqualTo(Map.of(BOB, 2L));
        }
    }

    @Test
    void nodesShouldCountTogetherThoughOneIsKilled() throws Exception {
        RedisServer redis = TestRedis.at(Ports.free());
        redis.start();
        try (MailSite one = MailSite.start("usage-one", builder -> sharing(builder, redis));
                MailSite other = MailSite.start("usage-other", builder -> sharing(builder, redis))) {
            checkMailOnce(one);
            checkMailOnce(other);
            together(List.of(
                    () -> relayOfAll(one, newClient(), 10),
                    () -> relayOfAll(one, newClient(), 10),
                    () -> relayOfAll(other, newClient(), 10)));
            awaitModel(one.james());
            awaitModel(other.james());

            together(List.of(() -> relayOfAll(one, newClient(), 20), () -> {
                other.james().kill();
                other.james().startAgain();
                other.createUsers();
                return relayOfAll(other, newClient(), 5);
            }));

            awaitModel(one.james());
            awaitModel(other.james());
        } finally {
            redis.stop();
        }
    }

    /** What James has accepted is written about a second later; a kill loses no more than that, and nothing is counted twice. */
    @Test
    void aNodeThatIsKilledWhileItRelaysShouldLoseTheLastSecondsAtMost() throws Exception {
        RedisServer redis = TestRedis.at(Ports.free());
        redis.start();
        try (MailSite one = MailSite.start("usage-kill-one", builder -> sharing(builder, redis));
                MailSite other = MailSite.start("usage-kill-other", builder -> sharing(builder, redis))) {
            String client = newClient();
            one.checkMail(client, ALICE);
            one.checkMail(client, BOB);
            List<Instant> accepted = new CopyOnWriteArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(2);
            Future<?> killed = threads.submit(() -> relayUntilTheEnd(other, client, BOB, accepted));
            Future<?> living = threads.submit(() -> relay(one, client, ALICE, 200));
            await().atMost(PATIENCE)
                    .until(() -> accepted.size() > 50
                            && Duration.between(accepted.get(0), Instant.now()).toSeconds() >= 5);
            Instant end = Instant.now();
            other.james().kill();
            killed.get();
            living.get();
            threads.shutdown();

            awaitMessages(one, ALICE, 200);
            long counted = reported(one.james()).getOrDefault(BOB, 0L);
            assertThat(counted)
                    .isBetween(
                            accepted.stream()
                                    .filter(at -> at.isBefore(end.minusSeconds(3)))
                                    .count(),
                            // The last one may have been accepted without the client's having heard it.
                            accepted.size() + 1L);

            other.james().startAgain();
            other.createUsers();
            relay(other, client, BOB, 7);
            awaitMessages(one, BOB, counted + 7);
            awaitMessages(other, BOB, counted + 7);
            awaitMessages(other, ALICE, 200);
        } finally {
            redis.stop();
        }
    }

    private static void relayUntilTheEnd(MailSite site, String client, String user, List<Instant> accepted) {
        try (SmtpClient smtp = site.james().smtp(client)) {
            while (smtp.send(user, MailSite.STRANGER, MailSite.newSubject()).code() == 250) {
                accepted.add(Instant.now());
            }
        } catch (RuntimeException e) {
            // The server is gone.
        }
    }

    private static void awaitMessages(MailSite site, String user, long messages) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(reported(site.james())).containsEntry(user, messages));
    }

    private static JamesBuilder sharing(JamesBuilder builder, RedisServer redis) {
        return reporting(builder)
                .with("store", "redis")
                .with("redis.timeout", "2s")
                .with("redis.url", "redis://127.0.0.1:" + redis.ports().get(0));
    }

    /** James fails one of two logins that find a user without a mailbox at the same time. */
    private static void checkMailOnce(MailSite site) {
        for (String user : List.of(ALICE, BOB, CAROL)) {
            site.checkMail(newClient(), user);
        }
    }

    private Object relayOfAll(MailSite site, String client, int times) {
        for (String user : List.of(ALICE, BOB, CAROL)) {
            site.checkMail(client, user);
        }
        for (int i = 0; i < times; i++) {
            for (String user : List.of(ALICE, BOB, CAROL)) {
                relay(site, client, user, 1);
            }
        }
        return "";
    }

    private static void together(List<Callable<Object>> parts) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(parts.size());
        for (Future<Object> done : threads.invokeAll(parts)) {
            done.get();
        }
        threads.shutdown();
    }
}
