// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Many users, each with a grant at an address of their own, of whom the ramp before the end puts some off. */
final class RampedUsers {

    private final MailSite site;
    private final Map<String, String> clients;
    private final Instant hour = hour();

    private RampedUsers(MailSite site, Map<String, String> clients) {
        this.site = site;
        this.clients = clients;
    }

    static RampedUsers logIn(MailSite site, int number) {
        Map<String, String> clients = new LinkedHashMap<>();
        for (int i = 0; i < number; i++) {
            String user = "user" + i + "@example.org";
            site.james().webAdmin().createUser(user, PASSWORD);
            clients.put(user, newClient());
        }
        clients.forEach((user, client) -> site.checkMail(client, user));
        return new RampedUsers(site, clients);
    }

    private static Instant hour() {
        return Instant.now().truncatedTo(ChronoUnit.HOURS);
    }

    /** Whether the computer's clock is in the hour in which they have logged in. */
    boolean isStillTheSameHour() {
        return hour().equals(hour);
    }

    /** Each sends a mail: those who are told to send again later. The mail of the others is accepted. */
    Set<String> putOff() {
        Set<String> putOff = new TreeSet<>();
        clients.forEach((user, client) -> {
            Reply reply = site.relay(client, user);
            if (reply.code() != 250) {
                assertThat(reply.toString())
                        .startsWith("451 4.7.1 Relaying denied for " + client
                                + ": sending after checking mail is paused now and ends for good on ");
                putOff.add(user);
            }
        });
        return putOff;
    }

    /** Each is explained as it was decided; not if an hour has ended meanwhile, with which others are deferred. */
    void assertExplained(Set<String> putOff, int percent) {
        Map<String, String> explanations = new LinkedHashMap<>();
        clients.forEach((user, client) -> explanations.put(
                user, new Administration(site.james()).explain(client, user).body()));
        if (isStillTheSameHour()) {
            explanations.forEach((user, explanation) -> assertExplained(putOff.contains(user), percent, explanation));
        }
    }

    private static void assertExplained(boolean isPutOff, int percent, String explanation) {
        if (isPutOff) {
            assertThat(explanation)
                    .contains("\"allowed\":false", "\"reason\":\"brownout\"")
                    .containsPattern("retirement.rampUp: " + percent
                            + " % of the users are deferred now, others each hour, this one until \\S+:00:00Z");
        } else {
            assertThat(explanation).contains("\"allowed\":true");
        }
    }

    void assertAllAreRefusedForGood() {
        clients.forEach((user, client) -> assertThat(site.relay(client, user).toString())
                .matches("5[35]0 5\\.7\\.1 Relaying denied for .*: sending after checking mail has ended on .*"));
    }
}
