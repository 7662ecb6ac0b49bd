// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.util.Optional;
import redis.clients.jedis.DefaultJedisClientConfig;

/** As whom we speak to a Redis server or a sentinel, if it asks. */
final class Credentials {

    private final Optional<String> username;
    private final Optional<String> password;

    private Credentials(Optional<String> username, Optional<String> password) {
        this.username = username;
        this.password = password;
    }

    static Credentials of(Optional<String> username, Optional<String> password) {
        if (username.isPresent() && password.isEmpty()) {
            throw new IllegalArgumentException("must have a password if it has a user");
        }
        return new Credentials(username, password);
    }

    Optional<String> password() {
        return password;
    }

    void applyTo(DefaultJedisClientConfig.Builder config) {
        username.ifPresent(config::user);
        password.ifPresent(config::password);
    }

    @Override
    public String toString() {
        return username.map(name -> "user " + name).orElse("no user")
                + (password.isPresent() ? " with a password" : "");
    }
}
