// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Makes and replaces files that their owner alone can read. */
final class PrivateFile {

    private static final boolean IS_POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final FileAttribute<?>[] OWNER_ONLY = IS_POSIX
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];

    private PrivateFile() {}

    static void make(Path path) throws IOException {
        Files.createFile(path, OWNER_ONLY);
    }

    /**
     * Makes a file, with the directories above it, unless it is there.
     *
     * @throws StoreUnavailableException that names the path and what to do
     * @throws DiskFullException if there is no room on the disk
     */
    static void makeIfMissing(Path path) {
        Path directory = path.toAbsolutePath().getParent();
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
            if (!Files.exists(path)) {
                make(path);
            }
        } catch (AccessDeniedException | FileAlreadyExistsException | NoSuchFileException e) {
            throw cannotBeMade(path, e);
        } catch (IOException e) {
            if (isWithoutRoom(directory)) {
                throw new DiskFullException(e.toString(), e);
            }
            throw cannotBeMade(path, e);
        }
        if (!Files.isRegularFile(path)) {
            throw new StoreUnavailableException(path + " is not a file; set file.path to one");
        }
    }

    private static StoreUnavailableException cannotBeMade(Path path, IOException e) {
        return new StoreUnavailableException(
                path + " cannot be made (" + e + "); let James's user write there, or set file.path", e);
    }

    /** Where nothing else keeps a file from being made: each system has other words for a full disk. */
    private static boolean isWithoutRoom(@Nullable Path directory) {
        Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing != null
                    && Files.isDirectory(existing)
                    && Files.isWritable(existing)
                    && !Files.getFileStore(existing).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }

    /** Puts a fresh file in the place of another, so that the name belongs to it after a power failure too. */
    static void replace(Path path, Path fresh) throws IOException {
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null && IS_POSIX) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
