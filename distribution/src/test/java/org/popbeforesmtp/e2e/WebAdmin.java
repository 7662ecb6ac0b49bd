// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** James's administration over HTTP. */
public final class WebAdmin {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final URI root;

    WebAdmin(int port) {
        root = URI.create("http://127.0.0.1:" + port);
    }

    public WebAdmin createDomain(String domain) {
        return expectSuccess(request("PUT", "/domains/" + domain, ""));
    }

    public WebAdmin createUser(String user, String password) {
        return expectSuccess(request("PUT", "/users/" + user, "{\"password\":\"" + password + "\"}"));
    }

    public WebAdmin deleteUser(String user) {
        return expectSuccess(request("DELETE", "/users/" + user, ""));
    }

    /** Lets mail to an alias reach a user, who may then send from it. */
    public WebAdmin createAlias(String user, String alias) {
        return expectSuccess(request("PUT", "/address/aliases/" + user + "/sources/" + alias, ""));
    }

    /** How many mails there are in the inbox of a user. */
    public long inboxSize(String user) {
        String body = request("GET", "/users/" + user + "/mailboxes/INBOX/messageCount", "")
                .body();
        return body.matches("\\d+") ? Long.parseLong(body) : 0;
    }

    public HttpResponse<String> request(String method, String path, String json) {
        try {
            HttpRequest request = HttpRequest.newBuilder(root.resolve(path))
                    .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(20))
                    .build();
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private WebAdmin expectSuccess(HttpResponse<String> response) {
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(response + ": " + response.body());
        }
        return this;
    }
}
