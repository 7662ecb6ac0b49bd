// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;

/** A call from a host of the test's choice; it remembers what it was answered. */
final class RecordedExchange implements Exchange {

    private final ClientAddress caller;
    private final Transport transport;
    private final Queue<RpcReply> replies = new ConcurrentLinkedQueue<>();

    RecordedExchange(String caller, Transport transport) {
        this.caller = ClientAddress.parse(caller);
        this.transport = transport;
    }

    @Override
    public ClientAddress caller() {
        return caller;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public void answer(RpcReply reply) {
        replies.add(reply);
    }

    boolean isAnswered() {
        return !replies.isEmpty();
    }

    /** All answers; there should be one. */
    String answer() {
        return replies.stream().map(reply -> Messages.words(reply.toBuffer())).collect(Collectors.joining(" and "));
    }
}
