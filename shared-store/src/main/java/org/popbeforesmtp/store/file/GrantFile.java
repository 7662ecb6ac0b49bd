// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that holds grants: an H2 MVStore with the map {@code grants} from an address to its {@link GrantCodec record},
 * and the map {@code meta} with the version of that format. One process at a time; readable by its owner alone, since it
 * names users. For one thread.
 */
final class GrantFile implements AutoCloseable {

    static final String FORMAT = "1";

    private static final Logger LOGGER = LoggerFactory.getLogger(GrantFile.class);
    private static final long SMALL_FILE = 1 << 20;

    /** What an address with its grants takes at most, as a rule, in a file without waste. */
    private static final long BYTES_PER_ADDRESS = 512;

    private static final int RETENTION_MILLIS = 5_000;
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    private final Path path;
    private final MVStore store;
    private final MVMap<String, byte[]> grants;

    private GrantFile(Path path, MVStore store) {
        this.path = path;
        this.store = store;
        this.grants = store.openMap(
                "grants",
                new MVMap.Builder<String, byte[]>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    /**
     * Opens the file, or makes it. One that is damaged, or that a later release wrote, is set aside under another name.
     *
     * @throws StoreUnavailableException that names the path and what to do
     */
    static GrantFile open(Path path, Clock clock) {
        prepare(path);
        try {
            return openAsIs(path).readable();
        } catch (RuntimeException | OutOfMemoryError e) {
            // A damaged length asks for more memory than there is.
            if (isError(e, DataUtils.ERROR_FILE_LOCKED)) {
                throw new StoreUnavailableException(
                        path + " is in use by another process; stop it, or give each James a file.path of its own", e);
            }
            if (!Files.isWritable(path)) {
                throw new StoreUnavailableException(path + " cannot be written; let James's user own it", e);
            }
            if (isError(e, DataUtils.ERROR_WRITING_FAILED)) {
                throw new StoreUnavailableException(
                        path + " cannot be written (" + reason(e) + "); free the disk, or set file.path", e);
            }
            return openAnew(path, clock, e);
        }
    }

    private static boolean isError(Throwable e, int code) {
        return e instanceof MVStoreException && ((MVStoreException) e).getErrorCode() == code;
    }

    /** What the system says of a failure; MVStore's own words name objects rather than causes. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause instanceof MVStoreException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static void prepare(Path path) {
        try {
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            if (!Files.exists(path)) {
                create(path);
            }
        } catch (IOException e) {
            throw new StoreUnavailableException(
                    path + " cannot be made (" + e + "); let James's user write there, or set file.path", e);
        }
        if (!Files.isRegularFile(path)) {
            throw new StoreUnavailableException(path + " is not a file; set file.path to one");
        }
    }

    private static void create(Path path) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(path);
        }
    }

    private static GrantFile openAnew(Path path, Clock clock, Throwable cause) {
        Path aside = path.resolveSibling(path.getFileName() + ".corrupt-" + TIMESTAMP.format(clock.instant()));
        try {
            Files.move(path, aside);
            LOGGER.warn(
                    "{} cannot be read ({}). It is now {}, and the store begins empty: users check their mail once more",
                    path,
                    cause.getMessage(),
                    aside);
            create(path);
            return openAsIs(path);
        } catch (IOException | MVStoreException e) {
            throw new StoreUnavailableException(
                    path + " can neither be read nor set aside (" + e + "); remove it, or set file.path", e);
        }
    }

    private static GrantFile openAsIs(Path path) {
        MVStore store = new MVStore.Builder()
                .fileName(path.toString())
                .autoCommitDisabled()
                .open();
        store.setRetentionTime(RETENTION_MILLIS);
        store.setVersionsToKeep(0);
        try {
            MVMap<String, String> meta = store.openMap(
                    "meta",
                    new MVMap.Builder<String, String>()
                            .keyType(StringDataType.INSTANCE)
                            .valueType(StringDataType.INSTANCE));
            String format = meta.putIfAbsent("format", FORMAT);
            if (format != null && !format.equals(FORMAT)) {
                throw new IllegalArgumentException("its format is " + format + ", this release writes " + FORMAT);
            }
            return new GrantFile(path, store);
        } catch (RuntimeException | OutOfMemoryError e) {
            store.closeImmediately();
            throw e;
        }
    }

    /**
     * Reads everything once: MVStore looks at a page only when it is asked for, so damage would come to light too late to
     * set the file aside.
     */
    private GrantFile readable() {
        try {
            read(grant -> {});
            return this;
        } catch (RuntimeException | OutOfMemoryError e) {
            abandon();
            throw e;
        }
    }

    /** Reads all grants and returns their addresses. */
    List<ClientAddress> read(Consumer<Grant> reader) {
        List<ClientAddress> addresses = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : grants.entrySet()) {
            ClientAddress address = ClientAddress.parse(entry.getKey());
            GrantCodec.decode(address, entry.getValue()).forEach(reader);
            addresses.add(address);
        }
        return addresses;
    }

    /** Puts the grants of an address in the place of what was there; none removes it. */
    void put(ClientAddress address, List<Grant> active) {
        if (active.isEmpty()) {
            grants.remove(address.toString());
        } else {
            grants.put(address.toString(), GrantCodec.encode(address, active));
        }
    }

    /** Writes what was put, down to the disk. */
    void commit() {
        store.commit();
        store.sync();
    }

    /** Whether the file has become much larger than what it holds. */
    boolean isWasteful() {
        try {
            return Files.size(path) > SMALL_FILE + BYTES_PER_ADDRESS * grants.sizeAsLong();
        } catch (IOException e) {
            throw new StoreUnavailableException(path + " cannot be looked at: " + e, e);
        }
    }

    /**
     * Writes the same grants into a new file and puts that in the place of this one, which is let go. (MVStore's own
     * compaction in place stumbles over its own assertions now and then.)
     */
    GrantFile rewritten() {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            create(fresh);
            try (GrantFile copy = openAsIs(fresh)) {
                grants.forEach(copy.grants::put);
            }
            abandon();
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return openAsIs(path);
        } catch (IOException e) {
            throw new StoreUnavailableException(path + " cannot be written anew: " + e, e);
        }
    }

    /** Lets the file go, with all that was put. */
    @Override
    public void close() {
        commit();
        store.close(0);
    }

    /** Lets the file go as it is. */
    void abandon() {
        store.closeImmediately();
    }
}
