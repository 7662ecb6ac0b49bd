// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.utility.DockerImageName;

/**
 * The James of an official image, with the files of a test in the places that an operator mounts. It shares the network of
 * this host, so that ports and client addresses are the same as those of a James without a container.
 */
final class ContainerProcess extends Process {

    private static final String HOME = "/root/";
    private static final int SECONDS_TO_STOP = 50;

    private final GenericContainer<?> container;

    private ContainerProcess(GenericContainer<?> container) {
        this.container = container;
    }

    static ContainerProcess start(String image, Path root, Path log, String options) throws IOException {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image)).withNetworkMode("host");
        for (String directory : new String[] {"conf", "extensions-jars", "var"}) {
            Path there = Files.createDirectories(root.resolve(directory));
            container.withFileSystemBind(there.toString(), HOME + directory, BindMode.READ_WRITE);
        }
        container
                .withEnv("JAVA_TOOL_OPTIONS", options)
                .withLogConsumer(frame -> append(log, frame))
                .start();
        return new ContainerProcess(container);
    }

    private static synchronized void append(Path log, OutputFrame frame) {
        try {
            Files.writeString(
                    log,
                    frame.getUtf8String(),
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    @Override
    public boolean isAlive() {
        return container.isRunning();
    }

    @Override
    public int waitFor() throws InterruptedException {
        while (isAlive()) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return 0;
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("still running");
        }
        return 0;
    }

    /** As {@code docker stop} does it: SIGTERM. */
    @Override
    public void destroy() {
        new Thread(this::stop, "docker-stop").start();
    }

    private void stop() {
        try {
            docker().stopContainerCmd(container.getContainerId())
                    .withTimeout(SECONDS_TO_STOP)
                    .exec();
        } catch (NotModifiedException | NotFoundException e) {
            // It has ended already.
        }
    }

    /** As {@code docker kill} does it, and removes the container. */
    @Override
    public Process destroyForcibly() {
        container.stop();
        return this;
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return InputStream.nullInputStream();
    }
}
