// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.e2e.JamesUnderTest;

/** Our reading of networks beside that of James's own class. */
class JamesNetworkTest {

    private static final List<String> NETWORKS = List.of(
            "*",
            "1*",
            "10.*",
            "10.0*",
            "198.51.*",
            "198.51.100.*",
            "*.*",
            "1.2.3.4.*",
            "1.2.3.4.5*",
            "",
            "0.0.0.0",
            "127.0.0.0",
            "127.0.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "010.0.0.0",
            "256.1.1.1",
            "1.2.3",
            "no.such.host.invalid",
            "::",
            "::1",
            "2001:db8::",
            "2001:db8::7",
            "2001:0DB8:0:0:0:0:0:7",
            "::ffff:198.51.100.7",
            "::198.51.100.7",
            "fe80::1",
            "2001:db8:*",
            "g::1",
            ":::");
    private static final List<String> SUFFIXES = List.of(
            "",
            "",
            "/0",
            "/00",
            "/1",
            "/8",
            "/08",
            "/24",
            "/31",
            "/32",
            "/33",
            "/64",
            "/128",
            "/-1",
            "/",
            "/eight",
            "/255.0.0.0",
            "/0.0.0.1",
            "/0.0.0.0",
            "/255.255.255",
            "/256.0.0.0",
            "%8",
            "%64",
            "/32768",
            "/65536",
            "/8/8",
            "/255.255.0.0/8",
            "*");
    private static final List<String> CLIENTS = List.of(
            "0.0.0.0",
            "1.2.3.4",
            "10.0.0.1",
            "10.255.0.1",
            "127.0.0.1",
            "128.0.0.1",
            "198.51.100.7",
            "198.51.100.8",
            "198.51.0.1",
            "203.0.113.9",
            "255.255.255.255",
            "::",
            "::1",
            "::2",
            "2001:db8::7",
            "2001:db8::8",
            "2001:db8:1::1",
            "2001::1",
            "2a00::1",
            "fe80::1",
            "ffff::1");

    private static URLClassLoader james;

    @BeforeAll
    static void load() {
        james = new URLClassLoader(
                JamesUnderTest.configured().classPath().stream()
                        .map(JamesNetworkTest::url)
                        .toArray(URL[]::new),
                ClassLoader.getPlatformClassLoader());
    }

    @AfterAll
    static void close() throws Exception {
        james.close();
    }

    private static URL url(java.nio.file.Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyNetworkShouldHoldTheSameClientsAsInJames() throws Exception {
        for (String network : NETWORKS) {
            for (String suffix : SUFFIXES) {
                assertSame(network + suffix);
            }
        }
    }

    @Test
    void randomNetworksShouldToo() throws Exception {
        Random random = new Random(42);
        String characters = "0123456789.:*/% ,abf-";
        for (int i = 0; i < 20_000; i++) {
            assertSame(random.ints(1 + random.nextInt(9), 0, characters.length())
                    .mapToObj(at -> String.valueOf(characters.charAt(at)))
                    .collect(Collectors.joining()));
        }
    }

    private static void assertSame(String text) throws Exception {
        String list = text.replace(",", "").replace(" ", "");
        assertThat(ours(list)).as(list).isEqualTo(jamess(list));
    }

    /** The clients in it; empty if James does not start with it. */
    private static Optional<List<String>> ours(String list) {
        try {
            AuthorizedAddresses networks = AuthorizedAddresses.parse(list);
            return Optional.of(CLIENTS.stream().filter(networks::contains).collect(Collectors.toList()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> jamess(String list) throws Exception {
        if (list.isEmpty()) {
            return Optional.of(List.of());
        }
        Class<?> dns = james.loadClass("org.apache.james.dnsservice.api.DNSService");
        Object names = Proxy.newProxyInstance(
                james, new Class<?>[] {dns}, (proxy, method, arguments) -> byName(String.valueOf(arguments[0])));
        Class<?> matcher = james.loadClass("org.apache.james.dnsservice.library.netmatcher.NetMatcher");
        try {
            Object networks =
                    matcher.getConstructor(java.util.Collection.class, dns).newInstance(List.of(list), names);
            java.lang.reflect.Method contains = matcher.getMethod("matchInetNetwork", InetAddress.class);
            List<String> clients = new java.util.ArrayList<>();
            for (String client : CLIENTS) {
                if ((boolean) contains.invoke(networks, InetAddress.getByName(client))) {
                    clients.add(client);
                }
            }
            return Optional.of(clients);
        } catch (InvocationTargetException e) {
            return Optional.empty();
        }
    }

    /** What James's name service does with literals; there are no names here. */
    private static Object byName(String host) throws Exception {
        try {
            return james.loadClass("org.xbill.DNS.Address")
                    .getMethod("getByAddress", String.class)
                    .invoke(null, host);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof UnknownHostException) {
                throw (UnknownHostException) e.getCause();
            }
            throw e;
        }
    }
}
