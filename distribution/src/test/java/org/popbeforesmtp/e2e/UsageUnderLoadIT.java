// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** Ten thousand mails of two hundred users on two nodes that share a Redis: the report says exactly what James accepted. */
@Tag("real-peers")
class UsageUnderLoadIT {

    private static final int USERS = 200;
    private static final int MAILS_AT_EACH_NODE = 25;
    private static final int MOST_RECIPIENTS = 4;
    private static final int CLIENTS_AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** By user, messages and recipients, as in the report. */
    private final Map<String, String> model = new ConcurrentHashMap<>();

    @Test
    void theReportShouldEqualTheModel() throws Exception {
        RedisServer redis = TestRedis.at(Ports.free());
        redis.start();
        try (JamesServer one = node("usage-load-one", redis);
                JamesServer other = node("usage-load-other", redis)) {
            List<JamesServer> nodes = List.of(one, other);
            // One after the other: this James keeps its users in a map that loses some if several are made at once.
            for (JamesServer node : nodes) {
                IntStream.range(0, USERS).forEach(number -> node.webAdmin().createUser(user(number), PASSWORD));
            }
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS_AT_ONCE);
            List<Future<?>> running = new ArrayList<>();
            for (int number = 0; number < USERS; number++) {
                int user = number;
                running.add(clients.submit(() -> relay(nodes, user)));
            }
            for (Future<?> each : running) {
                each.get();
            }
            clients.shutdown();

            assertThat(model).hasSize(USERS);
            for (JamesServer node : nodes) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reported(node)).isEqualTo(new TreeMap<>(model)));
            }
        } finally {
            redis.stop();
        }
    }

    /** What is relayed need not arrive anywhere. */
    private static JamesServer node(String name, RedisServer redis) {
        JamesServer james = JamesServer.named(name)
                .file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n")
                .edit(
                        "mailetcontainer.xml",
                        xml -> xml.setAttribute("//mailet[@class='RemoteDelivery']", "class", "Null"))
                .with("store", "redis")
                .with("redis.timeout", "5s")
                .with("redis.url", "redis://127.0.0.1:" + redis.ports().get(0))
                .start();
        james.webAdmin().createDomain("example.org");
        return james;
    }

    private static String user(int number) {
        return "user" + number + "@example.org";
    }

    private void relay(List<JamesServer> nodes, int number) {
        String user = user(number);
        String client = "127.70.0." + (1 + number);
        Random random = new Random(number);
        int recipients = 0;
        assertThat(nodes.get(0).checkMail(client, user, PASSWORD)).startsWith("+OK");
        for (JamesServer node : nodes) {
            try (SmtpClient smtp = node.smtp(client)) {
                for (int mail = 0; mail < MAILS_AT_EACH_NODE; mail++) {
                    int count = 1 + random.nextInt(MOST_RECIPIENTS);
                    recipients += count;
                    send(smtp, user, count);
                }
            }
        }
        model.put(user, nodes.size() * MAILS_AT_EACH_NODE + " messages, " + recipients + " recipients");
    }

    private static void send(SmtpClient smtp, String user, int recipients) {
        assertThat(smtp.mailFrom(user).code()).isEqualTo(250);
        for (int i = 0; i < recipients; i++) {
            assertThat(smtp.rcptTo("friend" + i + "@elsewhere.example").code()).isEqualTo(250);
        }
        assertThat(smtp.data("counted").code()).isEqualTo(250);
    }

    private static Map<String, String> reported(JamesServer james) {
        List<String> lines = james.webAdmin()
                .request("GET", "/pop-before-smtp/usage?format=csv", "")
                .body()
                .lines()
                .toList();
        List<String> header = List.of(lines.get(0).split(",", -1));
        Map<String, String> users = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            users.put(
                    cells[header.indexOf("user")],
                    cells[header.indexOf("messages")] + " messages, " + cells[header.indexOf("recipients")]
                            + " recipients");
        }
        return users;
    }
}
