// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.io.IOException;

/** Bytes that the protocol does not allow here. The network can cause masses of these, so there is no stack trace. */
public final class GarbledMessageException extends IOException {

    private static final long serialVersionUID = 1L;

    GarbledMessageException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
