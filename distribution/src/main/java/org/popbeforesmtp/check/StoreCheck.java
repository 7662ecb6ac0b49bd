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
import java.util.List;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.config.StoreKind;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.redis.RedisGrantStore;

/** Tries the store that a configuration names, without leaving anything behind. */
final class StoreCheck {

    private static final String SUBJECT = "store";

    /** An address of the documentation network (RFC 5737), so that asking for it finds nothing. */
    private static final ClientAddress NOBODY = ClientAddress.parse("192.0.2.0");

    private static final String IN_USE = " is in use by a running James";

    /** Files that a James has if it may be one of several nodes. */
    private static final List<String> OF_SEVERAL_NODES = List.of("cassandra.properties", "redis.properties");

    private final Installation installation;
    private final JamesConfiguration james;
    private final Report report;

    StoreCheck(Installation installation, JamesConfiguration james, Report report) {
        this.installation = installation;
        this.james = james;
        this.report = report;
    }

    void run(PopBeforeSmtpConfiguration configuration) {
        if (configuration.store() != StoreKind.REDIS) {
            OF_SEVERAL_NODES.stream().filter(james::has).findFirst().ifPresent(this::otherNodes);
        }
        switch (configuration.store()) {
            case MEMORY:
                report.ok(SUBJECT, "memory: one process, and a restart forgets all grants");
                return;
            case FILE:
                file(installation.file(configuration.filePath()));
                return;
            case REDIS:
                redis(configuration);
                return;
        }
    }

    private void otherNodes(String file) {
        report.warning(
                SUBJECT,
                "with " + file
                        + " this James may be one of several nodes, and the others do not see grants that are kept"
                        + " here; set store=redis if there are several");
    }

    private void redis(PopBeforeSmtpConfiguration configuration) {
        try (RedisGrantStore store =
                RedisGrantStore.open(configuration.redis(), StoreLimits.of(1, () -> 1), Clock.systemUTC())) {
            store.find(NOBODY);
            report.ok(SUBJECT, "redis: answers; " + configuration.redis());
        } catch (StoreUnavailableException e) {
            report.problem(SUBJECT, Effect.NO_GRANT, "redis: " + e.getMessage() + "; " + configuration.redis());
        } catch (IllegalArgumentException e) {
            report.problem(SUBJECT, Effect.NO_START, "redis: redis.keystore.file.path " + e.getMessage());
        }
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
        if (directory != null && canWriteIn(directory)) {
            report.ok(SUBJECT, "file: " + file + " will be created at the first start");
        } else {
            report.problem(
                    SUBJECT,
                    Effect.NO_START,
                    "file: " + file + " cannot be made, " + directory + " is not a writable directory");
        }
    }

    /** By trying: root may write anywhere, but not every directory can hold files. */
    private static boolean canWriteIn(Path directory) {
        try {
            Files.delete(Files.createTempFile(directory, ".pop-before-smtp-check", ""));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void existing(Path file) {
        if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
            report.problem(
                    SUBJECT,
                    Effect.NO_START,
                    "file: " + file + " is not a writable file; let James's user own it, or set file.path");
            return;
        }
        try {
            report.ok(SUBJECT, "file: " + file + (isLocked(file) ? IN_USE : " is there and writable"));
        } catch (IOException e) {
            report.problem(SUBJECT, Effect.NO_START, "file: " + file + " cannot be opened: " + e.getMessage());
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
