// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.redis.RedisGrantStore;

/** Tries the store that a configuration names, without leaving anything behind. */
final class StoreCheck {

    /** An address of the documentation network (RFC 5737), so that asking for it finds nothing. */
    private static final ClientAddress NOBODY = ClientAddress.parse("192.0.2.0");

    private static final String IN_USE = " is in use by a James that runs now";

    private final Path conf;
    private final Report report;

    StoreCheck(Path conf, Report report) {
        this.conf = conf;
        this.report = report;
    }

    void run(PopBeforeSmtpConfiguration configuration) {
        switch (configuration.store()) {
            case MEMORY:
                report.ok("store", "memory: one process, and a restart forgets all grants");
                return;
            case FILE:
                file(path(configuration.filePath()));
                return;
            case REDIS:
                redis(configuration);
                return;
        }
    }

    private void redis(PopBeforeSmtpConfiguration configuration) {
        try (RedisGrantStore store = RedisGrantStore.open(configuration.redis(), Clock.systemUTC())) {
            store.find(NOBODY);
            report.ok("store", "redis: answers; " + configuration.redis());
        } catch (StoreUnavailableException e) {
            report.problem("store", "redis: " + e.getMessage() + "; " + configuration.redis());
        } catch (IllegalArgumentException e) {
            report.problem("store", "redis: redis.keystore.file.path " + e.getMessage());
        }
    }

    /** A James file URL: {@code file://} is relative to the working directory, which holds the conf directory. */
    private Path path(String url) {
        String path = url.substring("file://".length());
        Path working = conf.toAbsolutePath().normalize().getParent();
        return working == null ? Path.of(path) : working.resolve(path).normalize();
    }

    private void file(Path file) {
        if (Files.exists(file)) {
            existing(file);
            return;
        }
        Path directory = file.getParent();
        while (directory != null && !Files.exists(directory)) {
            directory = directory.getParent();
        }
        if (directory != null && Files.isDirectory(directory) && Files.isWritable(directory)) {
            report.ok("store", "file: " + file + " will be made at the first start");
        } else {
            report.problem("store", "file: " + file + " cannot be made, " + directory + " is not a writable directory");
        }
    }

    private void existing(Path file) {
        if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
            report.problem(
                    "store", "file: " + file + " is not a writable file; let James's user own it, or set file.path");
            return;
        }
        try {
            report.ok("store", "file: " + file + (isLocked(file) ? IN_USE : " is there and writable"));
        } catch (IOException e) {
            report.problem("store", "file: " + file + " cannot be opened: " + e.getMessage());
        }
    }

    private static boolean isLocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }
}
