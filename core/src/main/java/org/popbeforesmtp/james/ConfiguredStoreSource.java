// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import com.google.inject.Inject;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.james.filesystem.api.FileSystem;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.file.FileGrantStore;
import org.popbeforesmtp.store.memory.KeptBlockStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;
import org.popbeforesmtp.store.redis.RedisGrantStore;

/** Opens the store that the configuration names. */
final class ConfiguredStoreSource implements StoreSource {

    private final FileSystem fileSystem;

    @Inject
    ConfiguredStoreSource(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    @Override
    public Storage open(Supplier<PopBeforeSmtpConfiguration> inForce, Clock clock) {
        PopBeforeSmtpConfiguration configuration = inForce.get();
        switch (configuration.store()) {
            case MEMORY:
                return ofOneProcess(new MemoryGrantStore(clock, limits(inForce)), new MemoryValueStore(clock), clock);
            case FILE:
                FileGrantStore file = FileGrantStore.open(path(configuration.filePath()), clock, limits(inForce));
                return ofOneProcess(file, file.values(), clock);
            case REDIS:
                return redis(inForce, clock);
        }
        throw new IllegalStateException("no such store: " + configuration.store());
    }

    /** A storage of one process, with its blocks among the values. */
    static Storage ofOneProcess(GrantStore grants, ValueStore values, Clock clock) {
        return Storage.of(grants, values, new KeptBlockStore(clock, values));
    }

    private static Storage redis(Supplier<PopBeforeSmtpConfiguration> inForce, Clock clock) {
        try {
            RedisGrantStore redis = RedisGrantStore.open(inForce.get().redis(), limits(inForce), clock);
            return Storage.of(redis, redis.values(), redis.blocks());
        } catch (IllegalArgumentException e) {
            throw new StoreUnavailableException("redis.keystore.file.path " + e.getMessage(), e);
        }
    }

    private static StoreLimits limits(Supplier<PopBeforeSmtpConfiguration> inForce) {
        return StoreLimits.of(
                inForce.get().maxGrants(), () -> inForce.get().policy().usersKeptPerAddress());
    }

    private Path path(String fileUrl) {
        try {
            return fileSystem.getFile(fileUrl).toPath();
        } catch (FileNotFoundException e) {
            throw new StoreUnavailableException("file.path was '" + fileUrl + "' but it must be a James file URL", e);
        }
    }
}
