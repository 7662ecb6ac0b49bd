// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collections;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.SslOptions;

/** How connections are encrypted, and how it is checked that the server is the one that was meant. */
final class Tls {

    private Tls() {}

    /**
     * TLS as the settings want it.
     *
     * @throws IllegalArgumentException if the file with keys and certificates cannot be read
     */
    // What takes the place of the deprecated methods would read the file at each connection.
    @SuppressWarnings("deprecation")
    static void apply(RedisSettings settings, DefaultJedisClientConfig.Builder config) {
        try {
            SslOptions options = options(settings);
            config.ssl(true)
                    .sslSocketFactory(options.createSslContext().getSocketFactory())
                    .sslParameters(options.getSslParameters());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "must be a readable JKS or PKCS#12 file and its password ("
                            + settings.keyStore.map(path -> path + ": ").orElse("") + e.getMessage() + ")",
                    e);
        }
    }

    private static SslOptions options(RedisSettings settings) throws IOException, GeneralSecurityException {
        SslOptions.Builder options = SslOptions.builder().sslVerifyMode(settings.verifyMode);
        if (settings.keyStore.isPresent()) {
            File file = settings.keyStore.get().toFile();
            char[] password = settings.keyStorePassword.toCharArray();
            options.keystore(file, password);
            KeyStore authorities = authorities(KeyStore.getInstance(file, password));
            // Without any, those of the Java runtime are trusted.
            if (authorities.size() > 0) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                authorities.store(bytes, password);
                options.truststore(() -> new ByteArrayInputStream(bytes.toByteArray()), password);
            }
        }
        return options.build();
    }

    /** The trusted-certificate entries, and the last of each chain that comes with a key. */
    private static KeyStore authorities(KeyStore store) throws IOException, GeneralSecurityException {
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null, null);
        for (String alias : Collections.list(store.aliases())) {
            Certificate[] chain = store.getCertificateChain(alias);
            if (store.isCertificateEntry(alias)) {
                authorities.setCertificateEntry(alias, store.getCertificate(alias));
            } else if (chain != null && chain.length > 1) {
                authorities.setCertificateEntry(alias, chain[chain.length - 1]);
            }
        }
        return authorities;
    }
}
