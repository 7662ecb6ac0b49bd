// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.redis.RedisSettings.KeyFile;
import org.popbeforesmtp.redis.RedisSettings.PeerCheck;
import redis.clients.jedis.DefaultJedisClientConfig;

/** How connections are encrypted, and how it is checked that the server is the one that was meant. */
final class Tls {

    private final SSLContext context;
    private final PeerCheck peerCheck;

    private Tls(SSLContext context, PeerCheck peerCheck) {
        this.context = context;
        this.peerCheck = peerCheck;
    }

    /**
     * TLS as the settings want it.
     *
     * @throws IllegalArgumentException if a file with keys or certificates cannot be read
     */
    static Tls of(RedisSettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings), trusted(settings), null);
            return new Tls(context, settings.peerCheck);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("must have usable keys for TLS (" + e.getMessage() + ")", e);
        }
    }

    // What takes its place reads the files at each connection and does not find the authorities in a key store.
    @SuppressWarnings("deprecation")
    void applyTo(DefaultJedisClientConfig.Builder config) {
        SSLParameters parameters = new SSLParameters();
        if (peerCheck == PeerCheck.FULL) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        config.ssl(true).sslSocketFactory(context.getSocketFactory()).sslParameters(parameters);
    }

    private static KeyManager @Nullable [] keys(RedisSettings settings) throws GeneralSecurityException {
        if (settings.keyStore.isEmpty()) {
            return null;
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(
                load(settings.keyStore.get()), settings.keyStore.get().password.toCharArray());
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] trusted(RedisSettings settings) throws GeneralSecurityException {
        if (settings.peerCheck == PeerCheck.NONE) {
            return new TrustManager[] {new TrustEverybody()};
        }
        Optional<KeyFile> file = settings.trustStore.or(() -> settings.keyStore);
        List<Certificate> authorities = file.isPresent() ? authorities(load(file.get())) : List.of();
        if (authorities.isEmpty() && settings.trustStore.isPresent()) {
            throw new IllegalArgumentException(
                    "must hold certificates of authorities to trust (" + settings.trustStore.get().path + ")");
        }
        if (authorities.isEmpty()) {
            // Those of the Java runtime.
            return null;
        }
        KeyStore store = empty();
        for (Certificate authority : authorities) {
            store.setCertificateEntry("authority-" + store.size(), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** The certificates that stand for themselves, and the last of each chain that comes with a key. */
    private static List<Certificate> authorities(KeyStore store) throws KeyStoreException {
        List<Certificate> authorities = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Certificate[] chain = store.getCertificateChain(alias);
            if (store.isCertificateEntry(alias)) {
                authorities.add(store.getCertificate(alias));
            } else if (chain != null && chain.length > 1) {
                authorities.add(chain[chain.length - 1]);
            }
        }
        return authorities;
    }

    private static KeyStore load(KeyFile file) {
        try (InputStream in = Files.newInputStream(file.path)) {
            // Java reads PKCS#12 and JKS under either name.
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, file.password.isEmpty() ? null : file.password.toCharArray());
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "must be a readable JKS or PKCS#12 file and its password (" + file.path + ": " + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new KeyStoreException(e);
        }
    }
}
