// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The tokens with which the script of a foreign POP3 server grants, in a James that logs all it can: whoever has a part of one,
 * a wrong one or none learns nothing, and no token is written or shown anywhere.
 */
class TokenIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String OLD = "Kq7vZ2mWx9Ld4RtY8sBn3Hf6Jp1Gc5Ta";
    private static final String NEW = "uE0oA9iQ8yW7xC6vB5nM4kL3jH2gF1dS";
    private static final String NEXT = "next-Pz5Xw8Vn2Cm7Lk4Jh9Gf1Ds6Aq3-token";
    private static final String FOREIGN = "wrong-0Yt3Re7Wq1Zx9Cv5Bn8Mk2Lp6Oi4";

    private static MailSite site;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "token",
                builder -> builder.with("manual.token", OLD + "," + NEW)
                        .file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .replace(
                                "webadmin.properties",
                                "org.popbeforesmtp.webadmin.GrantRoutes,",
                                "org.popbeforesmtp.webadmin.GrantRoutes,org.popbeforesmtp.webadmin.TokenRoutes,")
                        .file("healthcheck.properties", WebAdminIT.sample("healthcheck.properties"))
                        .without("logback.xml")
                        .file("logback.xml", logback()));
    }

    private static String logback() {
        return """
                <configuration>
                  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger [%mdc] - %msg%n%ex</pattern></encoder>
                  </appender>
                  <root level="INFO"><appender-ref ref="CONSOLE"/></root>
                  <logger name="org.popbeforesmtp" level="TRACE"/>
                  <logger name="org.apache.james.webadmin" level="TRACE"/>
                </configuration>
                """;
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static HttpResponse<String> grant(String client, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + site.james().webAdminPort() + "/pop-before-smtp-grants/" + client))
                .PUT(BodyPublishers.ofString("{\"user\":\"" + ALICE + "\"}"))
                .header("Content-Type", "application/json");
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Not in another case: James's HTTP server compares a header with those before it on the connection without regard to case. */
    private static List<String> attempts() {
        List<String> attempts = new ArrayList<>(List.of("", "Bearer", "Basic " + basic(), "Token " + OLD, OLD));
        for (String token : List.of(OLD, NEW)) {
            for (int length : new int[] {1, 8, 16, token.length() - 1}) {
                attempts.add("Bearer " + token.substring(0, length));
                attempts.add("Bearer " + token.substring(token.length() - length));
            }
            attempts.add("Bearer " + token + "x");
            attempts.add("Bearer \"" + token + "\"");
        }
        attempts.add("Bearer " + OLD + "," + NEW);
        attempts.add("Bearer " + FOREIGN);
        attempts.add("Bearer " + FOREIGN.repeat(100));
        return attempts;
    }

    private static String basic() {
        return Base64.getEncoder().encodeToString(("script:" + OLD).getBytes(UTF_8));
    }

    /** What must be seen nowhere: each secret, and what is long enough of one to help a thief. */
    private static Set<String> secrets() {
        Set<String> secrets = new LinkedHashSet<>(List.of(basic()));
        for (String token : List.of(OLD, NEW, NEXT, FOREIGN)) {
            for (int from = 0; from + 8 <= token.length(); from += 4) {
                secrets.add(token.substring(from, from + 8));
            }
        }
        return secrets;
    }

    private static void assertHidden(String where, String text) {
        assertThat(text).as(where).doesNotContain(secrets()).doesNotContainIgnoringCase(OLD, NEW);
    }

    @Test
    void aTokenShouldBeWrittenNowhereAndAWrongOneBeToldNothing() throws Exception {
        String client = newClient();
        Set<String> answers = new LinkedHashSet<>();
        for (String attempt : attempts()) {
            HttpResponse<String> answer = grant(client, attempt);
            assertThat(answer.statusCode()).as(attempt).isEqualTo(401);
            answers.add(answer.headers().map().keySet() + " " + answer.body());
        }
        assertThat(answers).as("all hear the same").hasSize(1);
        assertHidden("answer", answers.toString());
        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);

        for (String token : List.of(OLD, NEW)) {
            assertThat(grant(client, "Bearer " + token).statusCode()).isEqualTo(204);
            site.assertRelays(client, ALICE);
        }
        changeTheTokens(client);

        for (String path : List.of(
                "/metrics",
                "/healthcheck",
                "/pop-before-smtp/grants",
                "/pop-before-smtp/usage",
                "/pop-before-smtp/explain?address=" + client)) {
            assertHidden(path, site.james().webAdmin().request("GET", path, "").body());
        }
        String log = site.james().log();
        assertHidden("log", log);
        assertThat(log)
                .contains("asked for a grant without a token of manual.token")
                .contains("granted address=" + client + " user=" + ALICE + " protocol=manual")
                .contains("manual.token: '***' -> '***'");
    }

    /** Without a restart. */
    private static void changeTheTokens(String client) throws Exception {
        site.james().directory().replace("pop-before-smtp.properties", "manual.token=" + OLD, "manual.token=" + NEXT);
        HttpResponse<String> reloaded = site.james().webAdmin().request("POST", "/pop-before-smtp/reload", "");
        assertThat(reloaded.body()).isEqualTo("{\"changed\":{\"manual.token\":{\"from\":\"***\",\"to\":\"***\"}}}\n");

        assertThat(grant(client, "Bearer " + OLD).statusCode()).isEqualTo(401);
        assertThat(grant(client, "Bearer " + NEW).statusCode()).isEqualTo(204);
        assertThat(grant(client, "Bearer " + NEXT).statusCode()).isEqualTo(204);
    }

    @Test
    void theCommandCheckShouldHideTheTokens() {
        for (String option : List.of("--verbose", "--format=json")) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();

            Program.Outcome outcome = Program.run(
                    List.of(
                            java,
                            "-jar",
                            Build.extensionJar().toString(),
                            "check",
                            option,
                            site.james().root().resolve("conf").toString()),
                    "");

            assertThat(outcome.output()).contains("manual.token").contains("***");
            assertHidden("check " + option, outcome.output());
        }
    }
}
