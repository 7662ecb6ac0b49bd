// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.james.protocols.smtp.core.fastfail.AbstractGreylistHandler;
import org.apache.james.protocols.smtp.core.fastfail.DNSRBLHandler;
import org.apache.james.smtpserver.fastfail.JDBCGreylistHandler;
import org.apache.james.smtpserver.fastfail.SPFHandler;
import org.junit.jupiter.api.Test;

/** Which of James's checks a client is spared that may relay, whatever it may relay by. */
class SparedChecksTest {

    private static final String CHECKS = "/fastfail/";
    private static final String QUESTION = "isRelayingAllowed";

    @Test
    void onlyBlocklistsSpfAndGreylistingShouldAskWhetherAClientMayRelay() throws Exception {
        Set<String> asking = new TreeSet<>(checksThatAsk(jarOf(DNSRBLHandler.class)));
        asking.addAll(checksThatAsk(jarOf(SPFHandler.class)));

        assertThat(asking).containsExactly("AbstractGreylistHandler", "DNSRBLHandler", "SPFHandler");
        assertThat(AbstractGreylistHandler.class).isAssignableFrom(JDBCGreylistHandler.class);
    }

    private static File jarOf(Class<?> type) throws URISyntaxException {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static Set<String> checksThatAsk(File file) throws IOException {
        Set<String> asking = new TreeSet<>();
        try (JarFile jar = new JarFile(file)) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                String name = entry.getName();
                if (name.contains(CHECKS)
                        && name.endsWith(".class")
                        && content(jar, entry).contains(QUESTION)) {
                    asking.add(name.substring(name.lastIndexOf('/') + 1, name.length() - ".class".length()));
                }
            }
        }
        return asking;
    }

    /** A class file names each method that it calls. */
    private static String content(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
