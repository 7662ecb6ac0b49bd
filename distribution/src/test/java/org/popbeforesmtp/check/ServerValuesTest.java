// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerValuesTest {

    private static Server server(ServerKind kind, String settings) {
        String element = "<" + kind.element() + ">" + settings + "</" + kind.element() + ">";
        XMLConfiguration xml = new XMLConfiguration();
        try {
            new FileHandler(xml).load(new StringReader("<servers>" + element + "</servers>"));
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e);
        }
        return Server.enabled(kind, xml).get(0);
    }

    private static List<String> problems(String settings) {
        return ServerValues.problems(server(ServerKind.SMTP, settings), Optional.of(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<proxyRequired>true</proxyRequired><connectiontimeout>360</connectiontimeout>",
                "<connectionLimit>0</connectionLimit><connectionLimitPerIP>many</connectionLimitPerIP>",
                "<maxmessagesize>0</maxmessagesize>",
                "<maxmessagesize>10M</maxmessagesize>",
                "<maxmessagesize>unlimited</maxmessagesize>",
                "<tls startTLS=\"yes\" socketTLS=\"off\"/><verifyIdentity>true</verifyIdentity>"
            })
    void whatJamesReadsShouldBeNoProblem(String settings) {
        assertThat(problems(settings)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<proxyRequired>maybe</proxyRequired>",
                "<connectiontimeout>20m</connectiontimeout>",
                "<connectionBacklog/>",
                "<connectionLimit>-1</connectionLimit>",
                "<connectionLimitPerIP>-20</connectionLimitPerIP>",
                "<maxmessagesize>10 MB</maxmessagesize>",
                "<tls startTLS=\"${env:NOT_SET}\"/>",
                "<heloEhloEnforcement>perhaps</heloEhloEnforcement>",
                "<verifyIdentity>strict</verifyIdentity>"
            })
    void whatJamesStumblesOverShouldBeAProblem(String settings) {
        assertThat(problems(settings)).hasSize(1);
    }

    @Test
    void aProblemShouldNameTheKeyAndTheValue() {
        assertThat(problems("<maxmessagesize>10 MB</maxmessagesize>"))
                .containsExactly("maxmessagesize must be a number, perhaps with k, m or g, it is '10 MB'");
        assertThat(problems("<proxyRequired>maybe</proxyRequired>"))
                .containsExactly("proxyRequired must be true or false, it is 'maybe'");
        assertThat(problems("<connectiontimeout>20m</connectiontimeout>"))
                .containsExactly("connectiontimeout must be a whole number, it is '20m'");
    }

    @Test
    void theVersionShouldDecideWhatVerifyIdentityMayBe() {
        Server strict = server(ServerKind.SMTP, "<verifyIdentity>strict</verifyIdentity>");
        Server odd = server(ServerKind.SMTP, "<verifyIdentity>odd</verifyIdentity>");

        assertThat(ServerValues.problems(strict, Optional.of(false))).isEmpty();
        assertThat(ServerValues.problems(strict, Optional.empty())).isEmpty();
        assertThat(ServerValues.problems(odd, Optional.of(false))).hasSize(1);
        assertThat(ServerValues.problems(odd, Optional.empty())).hasSize(1);
    }

    @Test
    void whatIsOnlyForSmtpShouldNotCountElsewhere() {
        Server pop3 = server(ServerKind.POP3, "<maxmessagesize>10 MB</maxmessagesize>");

        assertThat(ServerValues.problems(pop3, Optional.of(true))).isEmpty();
    }
}
