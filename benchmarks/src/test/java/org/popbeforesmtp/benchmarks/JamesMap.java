// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Duration;
import org.apache.james.protocols.lib.POP3BeforeSMTPHelper;

/** What James 3.8.1 keeps: a static synchronized map from an address as text to an instant. It knows no user. */
final class JamesMap implements Contestant {

    @Override
    public void record(Visitor visitor) {
        POP3BeforeSMTPHelper.addIPAddress(visitor.socket().getHostAddress());
    }

    @Override
    public Boolean find(Visitor visitor) {
        return POP3BeforeSMTPHelper.isAuthorized(visitor.socket().getHostAddress());
    }

    @Override
    public void endAll() {
        POP3BeforeSMTPHelper.removeExpiredIP(Duration.ZERO);
    }

    @Override
    public void close() {
        POP3BeforeSMTPHelper.IP_MAP.clear();
    }
}
