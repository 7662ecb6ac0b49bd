// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/**
 * A socket that keeps a deadline over any number of reads. The time-out of a plain socket begins anew with each read, so
 * a server that sends a byte now and then, or a TLS handshake of many steps, could hold a thread for as long as it likes.
 */
final class DeadlineSocket extends Socket {

    /** Larger than anything that is sent at once, so that a write never waits for a server that does not read. */
    private static final int SEND_BUFFER = 128 * 1024;

    private volatile Deadline deadline;

    DeadlineSocket(Deadline deadline) {
        this.deadline = deadline;
    }

    void connectTo(SocketAddress address) throws IOException {
        setTcpNoDelay(true);
        setKeepAlive(true);
        setSendBufferSize(SEND_BUFFER);
        connect(address, Math.max(1, deadline.remainingMillis()));
    }

    /** The deadline of everything that is read from now on. */
    void limit(Deadline newDeadline) {
        deadline = newDeadline;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new Limited(super.getInputStream());
    }

    private void allowWaiting(InputStream in) throws IOException {
        int left = deadline.remainingMillis();
        if (left == 0 && in.available() == 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        setSoTimeout(Math.max(1, left));
    }

    private final class Limited extends FilterInputStream {

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            allowWaiting(in);
            return super.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            allowWaiting(in);
            return super.read(buffer, offset, length);
        }
    }
}
