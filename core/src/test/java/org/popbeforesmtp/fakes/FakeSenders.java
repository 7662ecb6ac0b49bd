// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.policy.Senders;

/** A mail server's knowledge as a test wants it: users, aliases, local domains, and sometimes no answer at all. */
public final class FakeSenders implements Senders {

    private final Set<String> domains = ConcurrentHashMap.newKeySet();
    private final Set<String> users = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<String>> aliases = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final AtomicInteger aliasLookups = new AtomicInteger();
    private final AtomicReference<@Nullable Supplier<? extends Throwable>> single = new AtomicReference<>();
    private volatile @Nullable Supplier<? extends Throwable> fault;

    public FakeSenders domain(String domain) {
        domains.add(domain);
        return this;
    }

    public FakeSenders user(String user) {
        users.add(user);
        return this;
    }

    public FakeSenders alias(String address, String user) {
        return aliases(address, user);
    }

    /** An address that several users may send from. */
    public FakeSenders aliases(String address, String... ofUsers) {
        aliases.put(address, Set.of(ofUsers));
        return this;
    }

    public void delete(String user) {
        users.remove(user);
    }

    /** From now on every question ends like this; with null they are answered again. */
    public void failWith(@Nullable Supplier<? extends Throwable> newFault) {
        fault = newFault;
    }

    /** The next question alone ends like this. */
    public void failOnceWith(Supplier<? extends Throwable> oneFault) {
        single.set(oneFault);
    }

    /** Whether a fault for one question has not been met yet. */
    public boolean willFailOnce() {
        return single.get() != null;
    }

    /** How many questions there were so far. */
    public int questions() {
        return questions.get();
    }

    /** How many of them were for an alias. */
    public int aliasLookups() {
        return aliasLookups.get();
    }

    @Override
    public boolean isLocalDomain(String domain) {
        check();
        return domains.contains(lower(domain));
    }

    @Override
    public boolean exists(String user) {
        check();
        return users.contains(lower(user));
    }

    @Override
    public String userOf(String address) {
        check();
        return lower(address);
    }

    @Override
    public Set<String> usersByAlias(String address) {
        check();
        aliasLookups.incrementAndGet();
        return aliases.getOrDefault(lower(address), Set.of());
    }

    private void check() {
        questions.incrementAndGet();
        Faults.raise(single.getAndSet(null));
        Faults.raise(fault);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
