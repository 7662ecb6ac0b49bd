// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.io.IOException;

/** Bytes that are not what the protocol wants here. It comes from the network in masses, so it carries no stack trace. */
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
