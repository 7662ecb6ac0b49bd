// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.StringDataType;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An H2 MVStore with maps from a text to bytes, and the map {@code meta} with the version of the format. One process at a
 * time; readable by its owner alone, since it names users. For one thread.
 */
final class StoreFile implements AutoCloseable {

    /** Of all maps together. */
    static final String FORMAT = "1";

    private static final Logger LOGGER = LoggerFactory.getLogger(StoreFile.class);
    private static final String META = "meta";
    private static final String WRITTEN_AT = "writtenAt";
    private static final int RETENTION_MILLIS = 5_000;

    /** How much memory reading a file takes at most, as a multiple of its size. */
    private static final long MEMORY_PER_BYTE = 16;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Path path;
    private final MVStore store;

    private StoreFile(Path path, MVStore store) {
        this.path = path;
        this.store = store;
    }

    /**
     * Opens the file, or makes it. One that is damaged, or that a later release wrote, is set aside under another name.
     *
     * @param reader reads everything once: MVStore looks at a page only when it is asked for, so damage would come to light
     *     too late to set the file aside
     * @throws StoreUnavailableException that names the path and what to do
     * @throws DiskFullException if there is no room on the disk
     */
    static StoreFile open(Path path, Clock clock, Consumer<StoreFile> reader) {
        PrivateFile.makeIfMissing(path);
        try {
            return openAsIs(path, reader);
        } catch (OutOfMemoryError e) {
            // A damaged length asks for more memory than there is; but a lack of memory is no damage.
            if (isMemoryShort(path)) {
                throw new StoreUnavailableException(
                        path + " cannot be read because memory is short (" + e.getMessage() + "); give James more", e);
            }
            return openAnew(path, clock, e);
        } catch (RuntimeException e) {
            if (isError(e, DataUtils.ERROR_FILE_LOCKED)) {
                throw new StoreUnavailableException(
                        path + " is in use by another process; stop it, or give each James a file.path of its own", e);
            }
            if (!Files.isWritable(path)) {
                throw new StoreUnavailableException(path + " cannot be written; let James's user own it", e);
            }
            if (isError(e, DataUtils.ERROR_WRITING_FAILED)) {
                throw new DiskFullException(reason(e), e);
            }
            return openAnew(path, clock, e);
        }
    }

    private static boolean isError(Throwable e, int code) {
        return e instanceof MVStoreException && ((MVStoreException) e).getErrorCode() == code;
    }

    private static boolean isMemoryShort(Path path) {
        Runtime java = Runtime.getRuntime();
        try {
            return Files.size(path) * MEMORY_PER_BYTE > java.maxMemory() - java.totalMemory() + java.freeMemory();
        } catch (IOException e) {
            return true;
        }
    }

    /** What the system says of a failure; MVStore's own words name objects rather than causes. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause instanceof MVStoreException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof Error ? cause.toString() : String.valueOf(cause.getMessage());
    }

    private static StoreFile openAnew(Path path, Clock clock, Throwable cause) {
        Path aside = path.resolveSibling(path.getFileName() + ".corrupt-" + TIMESTAMP.format(clock.instant()));
        try {
            Files.move(path, aside);
            LOGGER.warn(
                    "{} cannot be read ({}). It is now {}, and the store begins empty: users check their mail once more",
                    path,
                    cause.getMessage(),
                    aside);
            PrivateFile.make(path);
            return openAsIs(path, file -> {});
        } catch (IOException | MVStoreException e) {
            throw new StoreUnavailableException(
                    path + " can neither be read nor set aside (" + e + "); remove it, or set file.path", e);
        }
    }

    private static StoreFile openAsIs(Path path, Consumer<StoreFile> reader) {
        MVStore store = new MVStore.Builder()
                .fileName(path.toString())
                .autoCommitDisabled()
                .open();
        try {
            store.setRetentionTime(RETENTION_MILLIS);
            store.setVersionsToKeep(0);
            StoreFile file = new StoreFile(path, store);
            String format = file.meta().putIfAbsent("format", FORMAT);
            if (format != null && !format.equals(FORMAT)) {
                throw new IllegalArgumentException("its format is " + format + ", this release writes " + FORMAT);
            }
            reader.accept(file);
            return file;
        } catch (RuntimeException | Error e) {
            store.closeImmediately();
            throw e;
        }
    }

    MVMap<String, String> meta() {
        return open(META, StringDataType.INSTANCE);
    }

    MVMap<String, byte[]> map(String name) {
        return open(name, ByteArrayDataType.INSTANCE);
    }

    private <V> MVMap<String, V> open(String name, DataType<V> values) {
        return store.openMap(
                name,
                new MVMap.Builder<String, V>().keyType(StringDataType.INSTANCE).valueType(values));
    }

    boolean hasChanges() {
        return store.hasUnsavedChanges();
    }

    /** When {@link #commitAt} was called last, in milliseconds since the epoch; nothing if never. */
    Optional<Long> writtenAt() {
        return Optional.ofNullable(meta().get(WRITTEN_AT)).map(Long::valueOf);
    }

    /** Writes what has changed, down to the disk, and when that was. */
    void commitAt(long now) {
        meta().put(WRITTEN_AT, Long.toString(now));
        commit();
    }

    void commit() {
        store.commit();
        store.sync();
    }

    long size() {
        return store.getFileStore().size();
    }

    /**
     * Writes the same maps into a new file, closes this one and replaces it. (MVStore's own compaction in place fails its
     * own assertions now and then.) Without room for it, nothing changes.
     */
    StoreFile rewritten() {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            PrivateFile.make(fresh);
            try (StoreFile copy = openAsIs(fresh, this::copyTo)) {
                copy.commit();
            } catch (MVStoreException e) {
                Files.deleteIfExists(fresh);
                LOGGER.info("{} cannot be made smaller now: {}", path, reason(e));
                return this;
            }
            close();
            PrivateFile.replace(path, fresh);
            return openAsIs(path, file -> {});
        } catch (IOException e) {
            throw new StoreUnavailableException(path + " cannot be written anew: " + e, e);
        }
    }

    private void copyTo(StoreFile copy) {
        meta().forEach(copy.meta()::put);
        for (String name : store.getMapNames()) {
            if (!name.equals(META)) {
                map(name).forEach(copy.map(name)::put);
            }
        }
    }

    /** Closes the file; what was not committed is lost. */
    @Override
    public void close() {
        store.closeImmediately();
    }
}
