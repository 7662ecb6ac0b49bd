// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.james.protocols.lib.POP3BeforeSMTPHelper;
import org.popbeforesmtp.store.Login;

/** What James 3.8.1 keeps: a static synchronized map from an address as text to an instant. It knows no user. */
final class JamesMap implements Contestant<String, String> {

    @Override
    public String toAsk(Login login) {
        try {
            return InetAddress.getByAddress(login.address().toBytes()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toRecord(Login login) {
        return toAsk(login);
    }

    @Override
    public void record(String login) {
        POP3BeforeSMTPHelper.addIPAddress(login);
    }

    @Override
    public Boolean find(String address) {
        return POP3BeforeSMTPHelper.isAuthorized(address);
    }

    @Override
    public void endAll() {
        POP3BeforeSMTPHelper.removeExpiredIP(Duration.ZERO);
    }

    @Override
    public long size() {
        return POP3BeforeSMTPHelper.IP_MAP.size();
    }

    @Override
    public void close() {
        POP3BeforeSMTPHelper.IP_MAP.clear();
    }
}
