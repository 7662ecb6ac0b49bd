// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.james.utils.UserDefinedStartable;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.SenderRule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the calls of POP3 servers that support DRAC, for as long as James runs. The operator names it as
 * {@code guice.extension.startable} in {@code extensions.properties} and sets {@code drac.enabled}. James starts it
 * last, when its own ports are open, and does not start if DRAC's cannot be bound.
 */
@Singleton
public final class DracListener implements UserDefinedStartable {

    private static final Logger LOGGER = LoggerFactory.getLogger(DracListener.class);

    private final PopBeforeSmtp product;
    private @Nullable DracServer server;

    @Inject
    public DracListener(PopBeforeSmtp product) {
        this.product = product;
    }

    @Override
    public synchronized void start() {
        DracSettings settings = product.configuration().drac();
        if (!settings.enabled()) {
            LOGGER.info("No DRAC calls are taken: drac.enabled is false");
            return;
        }
        product.sources().add();
        warnOfGrantsWithoutUse(product.configuration().policy());
        DracCalls calls = DracCalls.recordedBy(product.logins());
        try {
            DracServer started = new DracServer(settings, calls, product.clock());
            product.monitor(started::trouble);
            server = started;
        } catch (IOException e) {
            LOGGER.error("James does not start: the DRAC listener {}", e.getMessage());
            throw new UncheckedIOException(e);
        }
    }

    private static void warnOfGrantsWithoutUse(PolicySettings policy) {
        if (policy.sender() == SenderRule.LOGIN) {
            LOGGER.warn("Grants from DRAC name no user, so with sender=login they allow nothing; set sender=local"
                    + " or sender=any");
        }
        if (policy.requireTls()) {
            LOGGER.warn("DRAC does not report whether a login was encrypted, so with login.requireTls=true its grants"
                    + " allow nothing");
        }
    }

    /** Called by James at its end, before the store is closed. */
    @javax.annotation.PreDestroy
    @jakarta.annotation.PreDestroy
    public synchronized void stop() {
        if (server != null) {
            server.close();
        }
    }
}
