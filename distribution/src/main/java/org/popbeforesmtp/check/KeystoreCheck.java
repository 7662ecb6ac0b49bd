// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.check.Finding.Effect;

/** Checks that a server that offers TLS has the key for it. */
final class KeystoreCheck {

    private final Installation installation;
    private final Report report;

    KeystoreCheck(Installation installation, Report report) {
        this.installation = installation;
        this.report = report;
    }

    void run(Server server) {
        if (server.hasStartTls() && server.hasSocketTls()) {
            stops(server, "<tls> has both socketTLS and startTLS; set one of them to false");
        } else if (server.hasTls()) {
            Optional<String> keystore = server.text("tls.keystore");
            if (keystore.isPresent()) {
                keystore(server, keystore.get());
            } else {
                List.of("tls.privateKey", "tls.certificates").forEach(key -> pem(server, key));
            }
        }
    }

    private void stops(Server server, String reason) {
        report.problem(server.file(), Effect.NO_START, server.name() + ": James does not start: " + reason);
    }

    private void pem(Server server, String key) {
        Optional<String> url = server.text(key);
        if (url.isEmpty()) {
            stops(server, "<tls> has neither <keystore> nor both <privateKey> and <certificates>");
        } else if (url.get().startsWith("file://") && !Files.isReadable(installation.file(url.get()))) {
            stops(server, "there is no readable file " + installation.file(url.get()));
        }
    }

    private void keystore(Server server, String url) {
        if (!url.startsWith("file://")) {
            return;
        }
        Path file = installation.file(url);
        if (!Files.exists(file)) {
            stops(
                    server,
                    "there is no keystore " + file
                            + "; make one with keytool, or start James with --generate-keystore");
            return;
        }
        String type = server.text("tls.keystoreType").orElse("JKS");
        char[] secret = server.text("tls.secret").orElse("").toCharArray();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore.getInstance(type).load(in, secret);
        } catch (KeyStoreException e) {
            report.detail(server.file(), server.name() + ": the keystore is a " + type + ", which is not checked");
        } catch (IOException | GeneralSecurityException e) {
            stops(
                    server,
                    "the keystore " + file + " cannot be opened as " + type + ": " + CausedBy.message(e)
                            + UnsetVariable.hint(new String(secret)));
        }
    }
}
