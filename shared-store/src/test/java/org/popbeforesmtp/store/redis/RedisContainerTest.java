// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract on the official image, where a Docker engine answers. */
@EnabledIf("dockerAnswers")
class RedisContainerTest extends RedisContract {

    private static final int PORT = 6379;
    private static final GenericContainer<?> REDIS =
            new GenericContainer<>(DockerImageName.parse("redis:7")).withExposedPorts(PORT);

    RedisContainerTest() throws Exception {
        super(emptied());
    }

    static boolean dockerAnswers() {
        boolean mayBeThere = System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        return mayBeThere && DockerClientFactory.instance().isDockerAvailable();
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
