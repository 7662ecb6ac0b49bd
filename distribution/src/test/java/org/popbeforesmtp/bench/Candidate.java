// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.popbeforesmtp.e2e.JamesBuilder;
import org.popbeforesmtp.e2e.JamesServer;

/** A James to be measured, in a process of its own. */
record Candidate(String name, JamesServer james, Duration startTime) implements AutoCloseable {

    private static final Pattern LOOKUPS = Pattern.compile("(?m)^popBeforeSmtpLookupTime_count (\\S+)$");
    private static final String OURS = "[starts-with(@class, 'org.popbeforesmtp.')]";

    /** James without the extension; it lets the clients relay because they come from an authorised network. */
    static Candidate control(String name) {
        return start(
                name,
                JamesServer.named("bench-" + name)
                        .withoutExtensions()
                        .smtp(xml -> xml.remove("//handler" + OURS))
                        .pop3(xml -> xml.remove("//handler" + OURS))
                        .edit(
                                "mailetcontainer.xml",
                                xml -> xml.setAttribute(
                                        "//mailet[starts-with(@match, 'org.popbeforesmtp.')]", "match", "All"))
                        .authorizedAddresses(Client.GRANTED_NETWORK));
    }

    /** James with the extension; the clients have grants. */
    static Candidate with(String name, JamesBuilder james) {
        return start(name, james.with("lifetime", "24h").with("maxUsersPerAddress", "0"));
    }

    private static Candidate start(String name, JamesBuilder builder) {
        long begin = System.nanoTime();
        JamesServer james = builder.start();
        return new Candidate(name, james, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** Makes the users, and lets them earn their grants. */
    Candidate withClients(int clients) {
        james.webAdmin().createDomain("example.org");
        for (int i = 0; i < clients; i++) {
            Client client = new Client(i);
            james.webAdmin().createUser(client.user(), Client.PASSWORD);
            james.checkMail(client.granted(), client.user(), Client.PASSWORD);
        }
        return this;
    }

    /** How often the store was asked since the start. */
    long lookups() {
        Matcher metrics =
                LOOKUPS.matcher(james.webAdmin().request("GET", "/metrics", "").body());
        return metrics.find() ? (long) Double.parseDouble(metrics.group(1)) : 0;
    }

    @Override
    public void close() {
        james.close();
    }
}
