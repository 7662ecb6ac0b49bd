// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an operator does over HTTP with the routes of the extension and with James's own beside them. */
final class Administration {

    private static final String GRANTS = "/pop-before-smtp/grants";

    private final WebAdmin webAdmin;

    Administration(JamesServer james) {
        webAdmin = james.webAdmin();
    }

    HttpResponse<String> grants(String query) {
        return webAdmin.request("GET", GRANTS + query, "");
    }

    HttpResponse<String> grantsOf(String address) {
        return webAdmin.request("GET", GRANTS + "/" + address, "");
    }

    HttpResponse<String> grant(String address, String json) {
        return webAdmin.request("PUT", GRANTS + "/" + address, json);
    }

    HttpResponse<String> revokeAddress(String address) {
        return webAdmin.request("DELETE", GRANTS + "/" + address, "");
    }

    HttpResponse<String> revokeUser(String user) {
        return webAdmin.request("DELETE", GRANTS + "?user=" + URLEncoder.encode(user, UTF_8), "");
    }

    HttpResponse<String> explain(String address, String sender) {
        return webAdmin.request(
                "GET",
                "/pop-before-smtp/explain?address=" + address + "&sender=" + URLEncoder.encode(sender, UTF_8),
                "");
    }

    HttpResponse<String> shared() {
        return webAdmin.request("GET", "/pop-before-smtp/shared", "");
    }

    HttpResponse<String> health() {
        return webAdmin.request("GET", "/healthcheck/checks/PopBeforeSmtp", "");
    }

    /** The samples of {@code /metrics} that are ours, by name and labels. */
    Map<String, Double> metrics() {
        Map<String, Double> samples = new TreeMap<>();
        Matcher matcher = Pattern.compile("(?m)^(popBeforeSmtp\\S+) (\\S+)$")
                .matcher(webAdmin.request("GET", "/metrics", "").body());
        while (matcher.find()) {
            samples.put(matcher.group(1), Double.valueOf(matcher.group(2)));
        }
        return samples;
    }
}
