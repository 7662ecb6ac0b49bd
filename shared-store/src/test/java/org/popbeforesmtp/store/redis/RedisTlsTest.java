// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.StoreStatus.State;

/** Over TLS, with an authority of our own. Only the system's redis-server can do TLS, the embedded one cannot. */
@Tag("real-peers")
class RedisTlsTest {

    private static final String NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    private static final int TLS_PORT = RedisProcess.freePort();
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    private static Path directory;

    private static RedisProcess redis;

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        openssl("req -x509 " + NEW_KEY + " -keyout ca.key -out ca.pem -days 2 -subj /CN=Authority");
        Files.writeString(directory.resolve("server.ext"), "subjectAltName=IP:127.0.0.1");
        Files.writeString(directory.resolve("client.ext"), "");
        issue("server");
        issue("client");
        openssl("pkcs12 -export -inkey client.key -in client.pem -certfile ca.pem -passout pass:changeit"
                + " -out chain.p12");
        openssl("pkcs12 -export -inkey client.key -in client.pem -passout pass:changeit -out key.p12");
        trustTheAuthority(empty(), "trust.p12");
        trustTheAuthority(load("key.p12"), "both.p12");
        redis = RedisProcess.notStarted(
                RedisBinary.ofTheSystem(),
                "--tls-port",
                Integer.toString(TLS_PORT),
                "--tls-cert-file",
                file("server.pem"),
                "--tls-key-file",
                file("server.key"),
                "--tls-ca-cert-file",
                file("ca.pem"),
                "--tls-auth-clients",
                "optional");
        redis.start();
    }

    private static void issue(String name) throws Exception {
        openssl("req " + NEW_KEY + " -keyout " + name + ".key -out " + name + ".csr -subj /CN=" + name);
        openssl("x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile " + name
                + ".ext -out " + name + ".pem");
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static KeyStore load(String name) throws Exception {
        return KeyStore.getInstance(directory.resolve(name).toFile(), STORE_PASSWORD.toCharArray());
    }

    private static void trustTheAuthority(KeyStore store, String name) throws Exception {
        try (InputStream certificate = Files.newInputStream(directory.resolve("ca.pem"));
                OutputStream out = Files.newOutputStream(directory.resolve(name))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
            store.store(out, STORE_PASSWORD.toCharArray());
        }
    }

    private static void openssl(String arguments) throws Exception {
        run("openssl " + arguments);
    }

    private static void run(String command) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(Arrays.asList(command.trim().split(" +")))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(command + "\n" + Files.readString(log))
                .isZero();
    }

    private static String file(String name) {
        return directory.resolve(name).toString();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void tearDown() throws Exception {
        redis.execute("CONFIG", "SET", "tls-auth-clients", "optional");
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private static RedisSettings.Builder at(String host) {
        return RedisSettings.at("rediss://" + host + ":" + TLS_PORT).timeout(RedisProcess.PATIENCE);
    }

    private RedisGrantStore open(RedisSettings.Builder settings) {
        RedisGrantStore store = TestStores.open(settings.build(), Clock.systemUTC());
        toClose.add(store);
        return store;
    }

    private void assertWorks(RedisSettings.Builder settings) {
        RedisGrantStore store = open(settings);
        await().untilAsserted(() -> assertThat(store.status().cause()).isEmpty());
        store.record(BOB, LONG);
        assertThat(store.find(CLIENT)).hasSize(1);
        assertThat(store.status().state()).isEqualTo(State.AVAILABLE);
    }

    private void assertFails(RedisSettings.Builder settings, String why) {
        RedisGrantStore store = open(settings);
        await().untilAsserted(() -> assertThat(store.status().cause()).contains("TLS failed", why));
    }

    @Test
    void anAuthorityThatIsTrustedShouldBeEnough() {
        assertWorks(at("127.0.0.1").keyStore(Path.of(file("trust.p12")), STORE_PASSWORD));
    }

    @Test
    void theAuthorityShouldAlsoComeFromTheKeyStore() {
        assertWorks(at("127.0.0.1").keyStore(Path.of(file("both.p12")), STORE_PASSWORD));
        assertWorks(at("127.0.0.1").keyStore(Path.of(file("chain.p12")), STORE_PASSWORD));
    }

    @Test
    void aServerThatAsksForAKeyShouldGetTheOneOfTheKeyStore() {
        redis.execute("CONFIG", "SET", "tls-auth-clients", "yes");

        assertWorks(at("127.0.0.1").keyStore(Path.of(file("both.p12")), STORE_PASSWORD));
        assertThat(open(at("127.0.0.1").keyStore(Path.of(file("trust.p12")), STORE_PASSWORD))
                        .status()
                        .state())
                .isEqualTo(State.DEGRADED);
    }

    @Test
    void anUnknownAuthorityShouldBeRefusedUnlessNothingIsChecked() {
        assertFails(at("127.0.0.1"), "unable to find valid certification path");
        assertWorks(at("127.0.0.1").withoutCertificateCheck());
        assertWorks(RedisSettings.at("rediss://127.0.0.1:" + TLS_PORT + "?verifyPeer=NONE")
                .timeout(RedisProcess.PATIENCE));
    }

    @Test
    void aCertificateForAnotherHostShouldBeRefusedUnlessOnlyTheAuthorityIsChecked() {
        Path trust = Path.of(file("trust.p12"));
        RedisSettings.Builder authorityOnly = RedisSettings.at("rediss://localhost:" + TLS_PORT + "?verifyPeer=CA")
                .timeout(RedisProcess.PATIENCE);

        assertFails(at("localhost").keyStore(trust, STORE_PASSWORD), "localhost");
        assertWorks(authorityOnly.keyStore(trust, STORE_PASSWORD));
    }

    @Test
    void aServerThatDoesNotSpeakTlsShouldBeRefused() {
        assertThat(open(RedisSettings.at("rediss://127.0.0.1:" + redis.port()).timeout(Duration.ofMillis(250)))
                        .status()
                        .state())
                .isEqualTo(State.DEGRADED);
    }

    @Test
    void aFileThatCannotBeReadShouldBeNamedWithoutItsPassword() {
        assertThatThrownBy(() -> open(at("127.0.0.1").keyStore(Path.of(file("missing.p12")), "s3cret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing.p12")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> open(at("127.0.0.1").keyStore(Path.of(file("both.p12")), "s3cret")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both.p12")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aKeyStoreWithoutAuthoritiesShouldLeaveThoseOfTheJavaRuntime() {
        assertFails(
                at("127.0.0.1").keyStore(Path.of(file("key.p12")), STORE_PASSWORD),
                "unable to find valid certification path");
    }
}
