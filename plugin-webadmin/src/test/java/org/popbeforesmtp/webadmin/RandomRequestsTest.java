// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popbeforesmtp.store.GrantQuery;

/**
 * Whatever is sent to whichever route, the answer is a success or says what was wrong with the request; it is never a fault of
 * ours, and tells nothing of the inside.
 */
class RandomRequestsTest {

    private static final long SEED = 20261128;
    private static final int REQUESTS = 500;
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String[] METHODS = {"GET", "PUT", "DELETE", "POST", "PATCH", "HEAD"};

    private static final String[] PATHS = {
        "users", "203.0.113.9", "24", "::1", "%2F", "%00", "%ff", "%c3%28", "+", "%20", "..", ";", "@",
        "bob@example.com", "a", "*", "\u00e9", "%25", "9999999999", "-1", "?", "=", "&", "#", "%", "/"
    };
    private static final String[] QUERIES = {
        "address",
        "sender",
        "user",
        "network",
        "limit",
        "after",
        "since",
        "format",
        "=",
        "=",
        "=",
        "&",
        "&",
        "203.0.113.9",
        "bob@example.com",
        "30d",
        "csv",
        "html",
        "json",
        "10",
        "-1",
        "%00",
        "%ff",
        "%c3%28",
        "+",
        "%20",
        ";",
        "%",
        "?",
        "[]",
        "\u00e9",
        "1e9",
        "203.0.113.0/24",
        "9999999999999999999"
    };
    private static final String[] BODIES = {
        "{", "}", "\"duration\"", "\"user\"", "\"lifetime\"", ":", "\"7d\"", "\"5m\"", ",", "\"reason\"", "\"",
                "\\u0000",
        "null", "[", "]", "1e999", "\ud800", "\u202e", "7d", "\\", " ", "\"bob@example.com\"", "true", "0"
    };
    private static final String[] HEADERS = {
        "Bearer",
        "bearer",
        " ",
        " ",
        TOKEN,
        TOKEN.substring(1),
        TOKEN.substring(0, 16),
        ",",
        "\t",
        "Basic",
        "\u00e9",
        "=",
        "x"
    };

    private final Random random = new Random(SEED);
    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of("manual.token", TOKEN));
    }

    @AfterEach
    void stop() {
        james.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/pop-before-smtp | {}",
                "/pop-before-smtp/grants | {\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}",
                "/pop-before-smtp/explain | {}",
                "/pop-before-smtp/usage | {}",
                "/pop-before-smtp/shared | {}",
                "/pop-before-smtp/reload | {}",
                "/pop-before-smtp/blocks | {\"duration\":\"7d\",\"reason\":\"stolen password\"}",
                "/pop-before-smtp-grants | {\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}",
            })
    void noRouteShouldEverFail(String route, String properBody) {
        for (int i = 0; i < REQUESTS; i++) {
            String target = route + maybe("/" + text(PATHS, 5)) + maybe("?" + text(QUERIES, 7));
            String body = random.nextInt(3) == 0 ? properBody : text(BODIES, 9);
            assertProper(METHODS[random.nextInt(METHODS.length)], target, "Bearer " + TOKEN, body);
        }
        assertThat(james.http().get("/pop-before-smtp/grants").statusCode()).isEqualTo(200);
        assertThat(james.product.configuration().lifetime()).hasToString("15 minutes");
    }

    @Test
    void nobodyShouldBeGrantedAnythingWithoutTheWholeToken() {
        int strangers = 0;
        for (int i = 0; i < 2 * REQUESTS; i++) {
            String header = text(HEADERS, 5);
            String address = "203.0.113." + random.nextInt(256);
            Answer answer =
                    assertProper("PUT", "/pop-before-smtp-grants/" + address, header, "{\"user\":\"bob@example.com\"}");
            boolean isKnown = header.strip().matches("(?i)Bearer +" + TOKEN);
            if (!isKnown) {
                strangers++;
            }
            assertThat(answer.status).as(header).isEqualTo(isKnown ? 204 : 401);
            assertThat(answer.body).doesNotContain(TOKEN.substring(0, 16));
            assertThat(james.store.list(GrantQuery.all()).size()).as(header).isEqualTo(isKnown ? 1 : 0);
            james.store.revokeUser(WebAdminFixture.BOB);
        }
        assertThat(strangers).isBetween(REQUESTS, 2 * REQUESTS - 1);
    }

    private Answer assertProper(String method, String target, String authorization, String body) {
        Answer answer = send(method, target, authorization, body);
        String request = "seed " + SEED + ": " + method + " " + target + " " + authorization + " " + body;
        assertThat(answer.status).as(request).isIn(200, 204, 400, 401, 404);
        assertThat(answer.body).as(request).doesNotContain("Exception", "\tat ", "org.popbeforesmtp", "java.");
        if (answer.head.contains("application/json") && answer.status != 204 && !method.equals("HEAD")) {
            assertThat(answer.body).as(request).endsWith("\n");
        }
        return answer;
    }

    private String maybe(String text) {
        return random.nextInt(3) == 0 ? "" : text;
    }

    private String text(String[] pieces, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i >= 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    /** As it is, whatever a client library would think of it. */
    private Answer send(String method, String target, String authorization, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), james.port())) {
            socket.setSoTimeout(10_000);
            String head = method + " " + target.replace(" ", "%20") + " HTTP/1.0\r\nHost: x\r\nAuthorization: "
                    + authorization + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                    + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(bytes);
            return new Answer(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Answer {

        private final int status;
        private final String head;
        private final String body;

        Answer(String text) {
            String[] parts = text.split("\r\n\r\n", 2);
            status = Integer.parseInt(text.substring(9, 12));
            head = parts[0];
            body = parts.length == 1 ? "" : parts[1];
        }
    }
}
