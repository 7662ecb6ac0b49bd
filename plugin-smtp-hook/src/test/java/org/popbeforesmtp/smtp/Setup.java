// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.config.OnStoreFailure;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.MemoryMailServer;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.fakes.SwitchableValues;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RecentLogins;
import org.popbeforesmtp.policy.RecipientLimit;
import org.popbeforesmtp.policy.RefusalTexts;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.quota.RecipientQuota;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.runtime.SteadyClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/** A mail server at example.org with two users and our hook, and all that a test can turn about it. */
final class Setup implements AutoCloseable {

    static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    static final ClientAddress STRANGER = ClientAddress.parse("198.51.100.9");
    static final ClientAddress OFFICE = ClientAddress.parse("203.0.113.5");
    static final String BOB = "bob@example.org";
    static final String ALICE = "alice@example.org";
    static final String FRIEND = "friend@example.net";
    static final String OTHER_FRIEND = "other@example.com";
    static final Lifetime LIFETIME = Lifetime.parse("15m");

    private final MutableClock elapsed = new MutableClock();
    private final MutableClock wallClock = new MutableClock();
    final Clock clock = SteadyClock.startingAt(wallClock, elapsed::nanoTime);
    final GrantStore grants = new MemoryGrantStore(clock, StoreLimits.of(10_000, () -> StoreLimits.MANY_USERS));
    final FaultyStore store = new FaultyStore(grants);
    final SwitchableValues values = new SwitchableValues(new MemoryValueStore(clock));
    final FakeSenders senders =
            new FakeSenders().domain("example.org").user(BOB).user(ALICE).alias("sales@example.org", BOB);
    final RecordedEvents events = new RecordedEvents();
    final JamesSmtpServer james;
    private final FaultyEvents told = new FaultyEvents(events);

    private PolicySettings.Builder settings = PolicySettings.builder().lifetime(LIFETIME);
    private OnStoreFailure onStoreFailure = OnStoreFailure.TEMPFAIL;
    private String help = "";
    private Map<Reason, String> texts = Map.of();
    private @Nullable LoginsUnderWay underWay;
    private @Nullable RecipientLimit recipientLimit;

    Setup() {
        this(bobAndAlice());
    }

    /** With users that may be those of other setups too. */
    Setup(MemoryMailServer users) {
        james = new JamesSmtpServer(users).authorizedNetwork("203.0.113.");
    }

    static MemoryMailServer bobAndAlice() {
        try {
            return MemoryMailServer.withVirtualHosting("example.org").user(BOB).user(ALICE);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Setup sender(SenderRule rule) {
        settings.sender(rule);
        return this;
    }

    Setup settings(PolicySettings.Builder newSettings) {
        settings = newSettings.lifetime(LIFETIME);
        return this;
    }

    Setup onStoreFailure(OnStoreFailure reaction) {
        onStoreFailure = reaction;
        return this;
    }

    Setup help(String text) {
        help = text;
        return this;
    }

    /** Texts of the operator's own. */
    Setup texts(Map<Reason, String> own) {
        texts = own;
        return this;
    }

    LoginRecorder logins() {
        return new LoginRecorder(settings.build(), store, events, clock);
    }

    /** The logins under way, made of the settings of the first call. */
    LoginsUnderWay underWay() {
        if (underWay == null) {
            underWay = new LoginsUnderWay(settings.build(), clock);
        }
        return underWay;
    }

    /** The limit, as the settings of the first call have it. */
    RecipientLimit recipientLimit() {
        if (recipientLimit == null) {
            recipientLimit = new RecipientLimit(settings.build(), new RecipientQuota(values), events);
        }
        return recipientLimit;
    }

    RelayGrantHook hook() {
        PolicySettings rules = settings.build();
        RelayPolicy policy = new RelayPolicy(
                rules, store, KnownBlocks.NONE, senders, underWay(), new RecentLogins(store, clock), clock, wallClock);
        RefusalTexts refusalTexts = RefusalTexts.of(texts, help, rules);
        OnStoreFailure reaction = onStoreFailure;
        return new RelayGrantHook(
                () -> policy,
                recipientLimit(),
                new RelayRefusal(() -> refusalTexts, () -> reaction),
                told.asEvents(),
                clock);
    }

    void failWhenTellingOfARelay(@Nullable Supplier<? extends Throwable> fault) {
        told.fail("allowed", fault);
    }

    void failWhenTellingOfARefusal(@Nullable Supplier<? extends Throwable> fault) {
        told.fail("refused", fault);
    }

    /** Starts the server with our hook first in its chain. */
    Setup started() {
        james.handler(hook());
        return this;
    }

    SmtpClient connect(ClientAddress client) {
        try {
            return james.connect(client).greeted();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Grant login(ClientAddress client, String user) {
        return store.record(Login.of(client, user, Protocol.POP3, true), LIFETIME);
    }

    void pass(Duration duration) {
        elapsed.turn(duration);
        wallClock.turn(duration);
    }

    /** Sets the wall clock forward, or back if the duration is negative; no time passes. */
    void setWallClock(Duration by) {
        wallClock.turn(by);
    }

    @Override
    public void close() {
        store.close();
    }
}
