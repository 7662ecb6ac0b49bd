// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The recipe of the migration page for a JWT, word for word and in its order, by openssl and curl (Debian's packages). Only the port
 * of WebAdmin and two places of files are this test's.
 */
@Tag("real-peers")
class JwtRecipeIT {

    private static final Path PAGE =
            Build.sampleConfiguration().resolve("../../../docs/migration.md").normalize();
    private static final String HEADING = "#### With WebAdmin's JWT instead\n";
    private static final Pattern BLOCK = Pattern.compile("```(sh|properties)\n(.+?)```", Pattern.DOTALL);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String BOB = "bob@example.org";
    private static final String MANUAL_TOKEN = "a-token-of-32-characters-or-more";

    private static JamesServer james;
    private static List<String> recipe;

    @BeforeAll
    static void startAsThePageSays() throws IOException {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf(HEADING) + HEADING.length());
        recipe = BLOCK.matcher(section.substring(0, section.indexOf("\n### ")))
                .results()
                .map(block -> block.group(1) + " " + block.group(2))
                .toList();
        assertThat(recipe)
                .extracting(block -> block.split(" ", 2)[0])
                .containsExactly("sh", "properties", "sh", "sh", "sh");
        JamesBuilder builder = JamesServer.named("jwt-recipe")
                .with("manual.token", MANUAL_TOKEN)
                .file(
                        "webadmin.properties",
                        "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes,org.popbeforesmtp.webadmin.TokenRoutes\n"
                                + text(1));
        run(builder.root(), text(0));
        Path script = Files.copy(
                Build.sampleConfiguration().resolve("other-pop3-server/pop-before-smtp-grant"),
                builder.root().resolve("pop-before-smtp-grant"));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        james = builder.start();
    }

    @AfterAll
    static void stop() {
        james.close();
    }

    private static String text(int block) {
        return recipe.get(block).split(" ", 2)[1];
    }

    private static String run(Path root, String commands) {
        String here = james == null
                ? commands
                : commands.replace("http://127.0.0.1:8000", "http://127.0.0.1:" + james.webAdminPort());
        Program.Outcome outcome = Program.run(
                List.of(
                        "sh",
                        "-c",
                        "set -e\ncd '" + root + "'\n"
                                + here.replace("/etc/pop-before-smtp.curl", root + "/pop-before-smtp.curl")
                                        .replace("/usr/local/bin/", root + "/")),
                "");
        assertThat(outcome.status()).as(here + "\n" + outcome.output()).isZero();
        return outcome.output();
    }

    private static int status(String method, String path, String body, String token) throws Exception {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + james.webAdminPort() + path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .build(),
                BodyHandlers.ofString());
        return response.statusCode();
    }

    /** Makes a token by the commands of the page, changed in one place. */
    private static String tokenWith(String original, String changed) throws IOException {
        assertThat(text(2)).contains(original);
        run(james.root(), text(2).replace(original, changed).replace("> jwt-token", "> other-token"));
        return Files.readString(james.root().resolve("other-token")).strip();
    }

    @Test
    void theScriptShouldGrantWithATokenThatCanDoAllThatWebAdminCan() throws Exception {
        run(james.root(), text(2));
        assertThat(run(james.root(), text(3)).strip()).isEqualTo("{\"grants\":[]}");
        String token = Files.readString(james.root().resolve("jwt-token")).strip();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(james.root().resolve("jwt-token"))))
                .isEqualTo("rw-------");

        // The page says what else it can do.
        assertThat(status("PUT", "/domains/example.org", "", token)).isEqualTo(204);
        assertThat(status("PUT", "/users/" + BOB, "{\"password\":\"secret\"}", token))
                .isEqualTo(204);
        assertThat(status("PUT", "/users/" + BOB + "?force", "{\"password\":\"another\"}", token))
                .isEqualTo(204);
        assertThat(status("GET", "/mailQueues", "", token)).isEqualTo(200);

        run(james.root(), text(4));
        String client = MailSite.newClient();
        String script = run(
                james.root(),
                "sed -i 's,^james=.*,james=http://127.0.0.1:" + james.webAdminPort() + ",;"
                        + "s,^secret=.*,secret=" + james.root() + "/pop-before-smtp.curl,' pop-before-smtp-grant\n"
                        + "USER=" + BOB + " TCPREMOTEIP=" + client + " ./pop-before-smtp-grant echo and goes on");
        assertThat(script).isEqualTo("and goes on\n");
        assertThat(status("GET", "/pop-before-smtp/grants/" + client, "", token))
                .isEqualTo(200);
        assertThat(status("DELETE", "/pop-before-smtp/grants/" + client, "", token))
                .isEqualTo(200);
        assertThat(james.logLines("revoked address=" + client))
                .anyMatch(line -> line.endsWith("by=webadmin:pop3.example.org"));

        // And the token that can only grant is worth nothing elsewhere.
        String body = "{\"user\":\"" + BOB + "\"}";
        assertThat(status("PUT", "/pop-before-smtp-grants/" + client, body, MANUAL_TOKEN))
                .isEqualTo(204);
        for (String path : List.of("/users", "/pop-before-smtp/grants", "/pop-before-smtp/usage", "/mailQueues")) {
            assertThat(status("GET", path, "", MANUAL_TOKEN)).as(path).isEqualTo(401);
        }
        assertThat(status("PUT", "/pop-before-smtp/grants/" + client, body, MANUAL_TOKEN))
                .isEqualTo(401);
        assertThat(status("POST", "/pop-before-smtp/reload", "", MANUAL_TOKEN)).isEqualTo(401);
        assertThat(status("DELETE", "/users/" + BOB, "", token)).isEqualTo(204);
    }

    @Test
    void anotherTokenShouldBeRefused() throws Exception {
        String path = "/pop-before-smtp/grants";
        assertThat(status("GET", path, "", tokenWith("90 * 86400", "86400"))).isEqualTo(200);
        assertThat(status("GET", path, "", tokenWith("+ 90 * 86400", "- 60")))
                .as("expired")
                .isEqualTo(401);
        assertThat(status("GET", path, "", tokenWith("\"admin\":true", "\"admin\":false")))
                .isEqualTo(401);
        assertThat(status("GET", path, "", tokenWith("\"admin\":true,", ""))).isEqualTo(401);
        run(james.root(), "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out another.pem");
        assertThat(status("GET", path, "", tokenWith("-sign jwt-private.pem", "-sign another.pem")))
                .as("of another key")
                .isEqualTo(401);
        assertThat(status("GET", path, "", "")).isEqualTo(401);
    }
}
