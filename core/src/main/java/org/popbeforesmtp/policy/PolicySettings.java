// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreLimits;

/** The rules of who may use a grant, as the operator set them. Immutable; the builder starts with the safe defaults. */
public final class PolicySettings {

    private final Lifetime lifetime;
    private final Duration lifetimeMax;
    private final SenderRule sender;
    private final int maxUsersPerAddress;
    private final NetworkSet excluded;
    private final NetworkSet only;
    private final UserSet excludedUsers;
    private final int ipv6PrefixLength;
    private final boolean requireTls;
    private final boolean observing;
    private final Retirement retirement;
    private final int recipientsPerHour;

    private PolicySettings(Builder builder) {
        this.lifetime = builder.lifetime;
        this.lifetimeMax = builder.lifetimeMax;
        this.sender = builder.sender;
        this.maxUsersPerAddress = builder.maxUsersPerAddress;
        this.excluded = builder.excluded;
        this.only = builder.only;
        this.excludedUsers = builder.excludedUsers;
        this.ipv6PrefixLength = builder.ipv6PrefixLength;
        this.requireTls = builder.requireTls;
        this.observing = builder.observing;
        this.retirement = builder.retirement;
        this.recipientsPerHour = builder.recipientsPerHour;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Lifetime lifetime() {
        return lifetime;
    }

    /** How long after its login a session may renew its grant. */
    public Duration lifetimeMax() {
        return lifetimeMax;
    }

    public SenderRule sender() {
        return sender;
    }

    public boolean requireTls() {
        return requireTls;
    }

    /** Whether everything is decided and counted, but nothing allowed. */
    public boolean isObserving() {
        return observing;
    }

    /** How grants come to an end. */
    public Retirement retirement() {
        return retirement;
    }

    /** What keeps all grants from allowing relaying at that time; for the operator. */
    public List<String> limitationsAt(Instant now) {
        List<String> limitations = new ArrayList<>();
        if (observing) {
            limitations.add("mode=observe: grants are recorded, decided on and counted, but none allows relaying");
        }
        retirement.limitationAt(now).ifPresent(limitations::add);
        return limitations;
    }

    /** How many recipients elsewhere one user may name on grants within an hour; 0 means no limit. */
    public int recipientsPerHour() {
        return recipientsPerHour;
    }

    /** With more different users than this an address is shared; 0 means no limit. */
    public int maxUsersPerAddress() {
        return maxUsersPerAddress;
    }

    /** How many different users of one address a store keeps: just enough to detect that it is shared. */
    public int usersKeptPerAddress() {
        return maxUsersPerAddress > 0 ? 2 * maxUsersPerAddress : StoreLimits.MANY_USERS;
    }

    /** Whether so many different users make an address a shared one. */
    public boolean isShared(long users) {
        return maxUsersPerAddress > 0 && users > maxUsersPerAddress;
    }

    /** Whether logins from an address may grant. */
    public boolean admits(ClientAddress address) {
        return !isExcluded(address) && (only.isEmpty() || only.contains(address));
    }

    /** Whether logins from any address at all may grant. */
    public boolean admitsAnybody() {
        return !(only.isEmpty() ? NetworkSet.ALL : only).isWithin(excluded);
    }

    /** Whether an address is in an excluded network, whatever networks alone may grant. */
    public boolean isExcluded(ClientAddress address) {
        return excluded.contains(address);
    }

    /** Whether logins of a user never grant, wherever they come from. */
    public boolean excludes(String user) {
        return excludedUsers.contains(user);
    }

    /** Whether a grant belongs to a user whose logins never grant; one that names no user does not. */
    boolean excludesUserOf(Grant grant) {
        return grant.user().filter(this::excludes).isPresent();
    }

    /** Whether there are users whose logins never grant. */
    boolean excludesUsers() {
        return !excludedUsers.isEmpty();
    }

    /** Why a login never grants, because of where it comes from or whose it is. */
    public Optional<Reason> reasonAgainst(Login login) {
        if (!admits(login.address())) {
            return Optional.of(Reason.EXCLUDED);
        }
        return login.user().filter(this::excludes).map(user -> Reason.USER_EXCLUDED);
    }

    /** Whether grants that are kept under an address may be those of a client in a network. */
    public boolean mayBeOfClientsIn(NetworkSet networks, ClientAddress grantAddress) {
        return networks.intersects(Network.of(grantAddress, ipv6PrefixLength));
    }

    /** Whether logins from some client may grant whose grants are kept under an address. */
    boolean admitsAnyClientOf(ClientAddress grantAddress) {
        Network clients = Network.of(grantAddress, ipv6PrefixLength);
        return !excluded.containsAll(clients) && (only.isEmpty() || only.intersects(clients));
    }

    /** The address that a client's grants are kept under: its own, or that of its IPv6 network. */
    public ClientAddress grantAddress(ClientAddress client) {
        return client.networkAddress(ipv6PrefixLength);
    }

    /** Collects the rules. */
    public static final class Builder {
        private Lifetime lifetime = Lifetime.parse("15m");
        private Duration lifetimeMax = Duration.ofHours(24);
        private SenderRule sender = SenderRule.LOGIN;
        private int maxUsersPerAddress = 50;
        private NetworkSet excluded = NetworkSet.parse(List.of());
        private NetworkSet only = NetworkSet.parse(List.of());
        private UserSet excludedUsers = UserSet.parse(List.of());
        private int ipv6PrefixLength = 128;
        private boolean requireTls;
        private boolean observing;
        private Retirement retirement = Retirement.NONE;
        private int recipientsPerHour;

        private Builder() {}

        public Builder lifetime(Lifetime value) {
            lifetime = value;
            return this;
        }

        /** How long after its login a session may renew its grant; not shorter than the lifetime. */
        public Builder lifetimeMax(Duration value) {
            lifetimeMax = value;
            return this;
        }

        public Builder sender(SenderRule value) {
            sender = value;
            return this;
        }

        /** With more users than this an address is shared; 0 means no limit. */
        public Builder maxUsersPerAddress(int value) {
            maxUsersPerAddress = value;
            return this;
        }

        public Builder excluded(NetworkSet value) {
            excluded = value;
            return this;
        }

        public Builder only(NetworkSet value) {
            only = value;
            return this;
        }

        /** Users whose logins never grant. */
        public Builder excludedUsers(UserSet value) {
            excludedUsers = value;
            return this;
        }

        public Builder ipv6PrefixLength(int value) {
            ipv6PrefixLength = value;
            return this;
        }

        public Builder requireTls(boolean value) {
            requireTls = value;
            return this;
        }

        /** Whether to decide and count everything, but allow nothing. */
        public Builder observing(boolean value) {
            observing = value;
            return this;
        }

        public Builder retirement(Retirement value) {
            retirement = value;
            return this;
        }

        /** How many recipients elsewhere one user may name on grants within an hour; 0 means no limit. */
        public Builder recipientsPerHour(int value) {
            recipientsPerHour = value;
            return this;
        }

        public PolicySettings build() {
            return new PolicySettings(this);
        }
    }
}
