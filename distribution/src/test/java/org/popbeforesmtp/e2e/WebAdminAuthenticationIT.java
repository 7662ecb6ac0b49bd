// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The routes behind WebAdmin's own authentication. */
class WebAdminAuthenticationIT {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void theRoutesShouldAskForATokenAndTheLogShouldNameItsOwner() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        try (JamesServer james = JamesServer.named("webadmin-authentication")
                .file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                .file("webadmin.properties", "jwt.enabled=true\njwt.publickeypem.url=file://conf/webadmin.pem\n")
                .file("webadmin.pem", pem)
                .start()) {
            String admin = token(keys, "eve@example.org", true);
            for (String path : List.of(
                    "/pop-before-smtp/grants",
                    "/pop-before-smtp/grants/203.0.113.9",
                    "/pop-before-smtp/explain?address=203.0.113.9")) {
                assertThat(send(james, "GET", path, "").statusCode()).as(path).isEqualTo(401);
                assertThat(send(james, "GET", path, token(keys, "bob@example.org", false))
                                .statusCode())
                        .as(path)
                        .isEqualTo(401);
                assertThat(send(james, "GET", path, admin).statusCode())
                        .as(path)
                        .isIn(200, 404);
            }
            for (String method : List.of("PUT", "DELETE")) {
                assertThat(send(james, method, "/pop-before-smtp/grants/203.0.113.9", "")
                                .statusCode())
                        .isEqualTo(401);
            }

            assertThat(send(james, "DELETE", "/pop-before-smtp/grants/203.0.113.9", admin)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(james.logLines("revoked address=203.0.113.9 "))
                    .singleElement()
                    .asString()
                    .endsWith("grants=0 by=webadmin:eve@example.org");
        }
    }

    private static HttpResponse<String> send(JamesServer james, String method, String path, String token)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + james.webAdminPort() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A JSON Web Token (RFC 7519) signed with RS256. */
    private static String token(KeyPair keys, String owner, boolean admin) throws GeneralSecurityException {
        String signed = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(UTF_8))
                + "."
                + encode(("{\"sub\":\"" + owner + "\",\"admin\":" + admin + "}").getBytes(UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        return signed + "." + encode(signature.sign());
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
