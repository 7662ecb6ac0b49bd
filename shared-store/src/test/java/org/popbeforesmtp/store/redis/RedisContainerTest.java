// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.popbeforesmtp.redis.RedisSettings;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract on the official image. */
@Tag("docker")
class RedisContainerTest extends RedisContract {

    private static final int PORT = 6379;
    private static final GenericContainer<?> REDIS =
            new GenericContainer<>(DockerImageName.parse("redis:7")).withExposedPorts(PORT);

    RedisContainerTest() throws Exception {
        super(emptied());
    }

    private static RedisSettings emptied() throws Exception {
        REDIS.start();
        REDIS.execInContainer("redis-cli", "FLUSHALL");
        return RedisSettings.at("redis://" + REDIS.getHost() + ":" + REDIS.getMappedPort(PORT))
                .timeout(RedisProcess.PATIENCE)
                .build();
    }

    @AfterAll
    static void stop() {
        REDIS.stop();
    }
}
