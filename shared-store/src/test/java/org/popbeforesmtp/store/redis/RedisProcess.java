// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.redis.RedisSettings;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** A real redis-server on a loopback port, which a test may stop, kill and start again. */
final class RedisProcess implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path program;
    private final int port;
    private final Path directory;
    private final List<String> options;
    private @Nullable Process process;

    private RedisProcess(Path program, int port, List<String> options) {
        this.program = program;
        this.port = port;
        this.options = options;
        try {
            this.directory = Files.createTempDirectory("redis-data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that has not been started. */
    static RedisProcess notStarted(Path program, String... options) {
        return new RedisProcess(program, freePort(), List.of(options));
    }

    static RedisProcess start(Path program, String... options) {
        RedisProcess redis = notStarted(program, options);
        redis.start();
        return redis;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Room for the cluster bus, which is 10000 above.
            return socket.getLocalPort() > 50_000 ? socket.getLocalPort() - 20_000 : socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), "--port", "" + port, "--bind", "127.0.0.1", "--dir", directory.toString()));
        command.addAll(List.of("--save", "", "--loglevel", "warning"));
        command.addAll(options);
        launch(command);
        await().pollInterval(Duration.ofMillis(10)).until(this::answers);
    }

    /** As a sentinel, which writes into its configuration file. */
    void startAsSentinel(String configuration) {
        try {
            Path file = directory.resolve("sentinel.conf");
            Files.writeString(
                    file, "port " + port + "\nbind 127.0.0.1\ndir " + directory + "\n" + configuration + "\n");
            launch(List.of(program.toString(), file.toString(), "--sentinel"));
            await().pollInterval(Duration.ofMillis(10)).until(this::answers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch(List<String> command) {
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        if (!running().isAlive()) {
            throw new AssertionError("redis-server has ended: " + log());
        }
        try (Connection connection = new Connection(new HostAndPort("127.0.0.1", port))) {
            connection.executeCommand(command("PING"));
            return true;
        } catch (JedisConnectionException e) {
            return false;
        } catch (JedisDataException e) {
            // It wants a password, or loads its data.
            return !String.valueOf(e.getMessage()).startsWith("LOADING");
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** Settings with more patience than in production: a busy machine is no outage. */
    RedisSettings.Builder settings() {
        return RedisSettings.at(url()).timeout(PATIENCE);
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    Path directory() {
        return directory;
    }

    /** Executes one command; words are separated by blanks. */
    Object execute(String command) {
        return execute(command.split(" "));
    }

    Object execute(String... words) {
        try (Connection connection = new Connection(new HostAndPort("127.0.0.1", port))) {
            return connection.executeCommand(command(words));
        }
    }

    private static CommandArguments command(String... words) {
        CommandArguments command = new CommandArguments(words[0]::getBytes);
        for (int i = 1; i < words.length; i++) {
            command.add(words[i]);
        }
        return command;
    }

    /** Lets it hang: the kernel still accepts connections, nobody answers. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    void kill() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Process running() {
        return Objects.requireNonNull(process, "not started");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, "" + running().pid())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + name + " failed");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
