// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Remembers what a call was answered. */
public final class RecordedAnswers implements Consumer<ByteBuffer> {

    private final Queue<String> answers = new ConcurrentLinkedQueue<>();

    @Override
    public void accept(ByteBuffer answer) {
        answers.add(Messages.words(answer));
    }

    public boolean isAnswered() {
        return !answers.isEmpty();
    }

    /** All answers; there should be one. */
    public String answer() {
        return answers.stream().collect(Collectors.joining(" and "));
    }
}
