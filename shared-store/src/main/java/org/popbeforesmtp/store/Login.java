// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/** Who logged in, from where and how: what earns a grant. */
public final class Login {

    /** By address, then user, then how the user logged in. */
    static final Comparator<Login> BY_HOLDER = Comparator.comparing(Login::address)
            .thenComparing(login -> login.user().orElse(""))
            .thenComparing(Login::encrypted);

    private final ClientAddress address;
    private final @Nullable String user;
    private final Protocol protocol;
    private final boolean encrypted;

    private Login(ClientAddress address, @Nullable String user, Protocol protocol, boolean encrypted) {
        this.address = address;
        this.user = user;
        this.protocol = protocol;
        this.encrypted = encrypted;
    }

    /**
     * A login of a user.
     *
     * @param user the user's name as the mail server knows it; two spellings are two users
     * @param encrypted whether the password came over TLS
     * @throws IllegalArgumentException if the user's name is empty
     */
    public static Login of(ClientAddress address, String user, Protocol protocol, boolean encrypted) {
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a user's name must not be empty");
        }
        return new Login(address, user, protocol, encrypted);
    }

    /** A login of which only the address is known, as DRAC reports it. */
    public static Login ofUnknownUser(ClientAddress address, Protocol protocol, boolean encrypted) {
        return new Login(address, null, protocol, encrypted);
    }

    /** A login as it is stored, where an empty name stands for an unknown user. */
    public static Login ofStored(ClientAddress address, String user, Protocol protocol, boolean encrypted) {
        return new Login(address, user.isEmpty() ? null : user, protocol, encrypted);
    }

    /** The same login seen as coming from another address, such as that of its network. */
    public Login from(ClientAddress other) {
        return new Login(other, user, protocol, encrypted);
    }

    public ClientAddress address() {
        return address;
    }

    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    public Protocol protocol() {
        return protocol;
    }

    /** Whether the password came over TLS. */
    public boolean encrypted() {
        return encrypted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Login)) {
            return false;
        }
        Login that = (Login) other;
        return address.equals(that.address)
                && Objects.equals(user, that.user)
                && protocol.equals(that.protocol)
                && encrypted == that.encrypted;
    }

    @Override
    public int hashCode() {
        return Objects.hash(address, user, protocol, encrypted);
    }

    @Override
    public String toString() {
        return (user == null ? "an unknown user" : user) + " from " + address + " over "
                + (encrypted ? "encrypted " : "") + protocol;
    }
}
