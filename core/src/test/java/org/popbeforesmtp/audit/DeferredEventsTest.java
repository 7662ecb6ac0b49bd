// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.fakes.RecordedLog;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.slf4j.MDC;

class DeferredEventsTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private static final Login BOB = Login.of(CLIENT, "bob@example.com", Protocol.POP3, true);
    private static final Grant GRANT = Grant.issue(BOB, Instant.EPOCH, Lifetime.parse("15m"));

    /** One of each type that an event may have. */
    private static final List<Object> FACTS = List.of(
            CLIENT,
            BOB,
            GRANT,
            Instant.EPOCH,
            Optional.of("bob@example.com"),
            "bob@example.com",
            Reason.EXCLUDED,
            Decision.refuse(Reason.NO_GRANT, List.of()),
            new IllegalStateException("down"),
            Revocation.ofUser("bob@example.com", "the test"),
            BlockChange.end(BlockTarget.ofUser("bob@example.com"), "the test"));

    private static final GrantEvents NOBODY = new GrantEvents() {};

    private final RecordedEvents counted = new RecordedEvents();
    private final RecordedEvents told = new RecordedEvents();
    private final DeferredEvents events = new DeferredEvents(counted, List.of(told), 3);

    @AfterEach
    void leaveNoFields() {
        MDC.clear();
    }

    @Test
    void anEventOfASessionShouldWait() {
        events.recorded(GRANT);
        assertThat(told.take()).isEmpty();
        assertThat(counted.take()).hasSize(1);

        events.flush();
        assertThat(told.take()).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void eachKindOfEventShouldBePassedOn(Method kind) throws ReflectiveOperationException {
        Object[] facts = Arrays.stream(kind.getParameterTypes())
                .map(type -> FACTS.stream().filter(type::isInstance).findFirst().orElse(1))
                .toArray();
        kind.invoke(events, facts);
        events.flush();

        assertThat(told.take()).hasSize(1).isEqualTo(counted.take());
    }

    static Stream<Method> kinds() {
        return Arrays.stream(GrantEvents.class.getMethods());
    }

    @Test
    void eventsShouldBeReportedOnceAndInTheirOrder() {
        events.recorded(GRANT);
        events.allowed(CLIENT, Optional.of("bob@example.com"), GRANT);
        events.accepted(CLIENT, GRANT, 2);
        events.flush();
        events.flush();

        assertThat(told.take())
                .containsExactly(
                        "recorded 192.0.2.1 bob@example.com",
                        "allowed 192.0.2.1 bob@example.com by bob@example.com",
                        "accepted 192.0.2.1 for 2 by bob@example.com");
    }

    @Test
    void noEventShouldBeLostWhereThereIsNoRoom() {
        for (int i = 0; i < 5; i++) {
            events.authenticated("user" + i);
        }
        assertThat(told.take()).containsExactly("authenticated user3", "authenticated user4");

        events.flush();
        assertThat(told.take()).containsExactly("authenticated user0", "authenticated user1", "authenticated user2");
    }

    @Test
    void whatAnAdministratorDoesShouldBeReportedAtOnceAndAfterWhatCameBefore() {
        events.recorded(GRANT);
        events.revoking(Revocation.ofAddress(CLIENT, "the test"));

        assertThat(told.take()).hasSize(2).first().asString().startsWith("recorded");
    }

    @Test
    void afterTheEndEventsShouldBeReportedAtOnce() {
        events.recorded(GRANT);
        events.close();
        events.authenticated("alice");

        assertThat(told.take()).containsExactly("recorded 192.0.2.1 bob@example.com", "authenticated alice");
    }

    @Test
    void anEventShouldBeReportedWithTheFieldsOfItsSession() {
        List<String> sessions = new ArrayList<>();
        DeferredEvents deferred =
                new DeferredEvents(NOBODY, List.of(calling(() -> sessions.add(MDC.get("sessionId")))), 3);
        MDC.put("sessionId", "one");
        deferred.recorded(GRANT);
        MDC.put("sessionId", "two");
        deferred.recorded(GRANT);
        MDC.put("sessionId", "of whoever tells");

        deferred.flush();
        assertThat(sessions).containsExactly("one", "two");
        assertThat(MDC.get("sessionId")).isEqualTo("of whoever tells");
    }

    @Test
    void aFailureShouldBeLoggedAndKeepNoOtherEventFromBeingReported() {
        List<String> calls = new ArrayList<>();
        DeferredEvents deferred = new DeferredEvents(
                NOBODY,
                List.of(calling(() -> {
                    calls.add("told");
                    throw new IllegalStateException("the disk is on fire");
                })),
                3);
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            deferred.recorded(GRANT);
            deferred.recorded(GRANT);
            deferred.flush();

            assertThat(calls).hasSize(2);
            assertThat(log.take())
                    .containsExactly(
                            "WARN An event could not be logged or counted",
                            "WARN An event could not be logged or counted");
        }
    }

    private static GrantEvents calling(Runnable work) {
        return (GrantEvents) Proxy.newProxyInstance(
                GrantEvents.class.getClassLoader(), new Class<?>[] {GrantEvents.class}, (proxy, method, arguments) -> {
                    work.run();
                    return null;
                });
    }
}
