// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.StoreUnavailableException;

/** What can go wrong in the code that we call. */
public final class Faults {

    /** What a store promises to throw, what it should not throw, and what no code should throw. */
    public static final List<Supplier<Throwable>> ALL = List.of(
            () -> new StoreUnavailableException("the store is down"),
            () -> new IllegalStateException("the store has a bug"),
            () -> new NullPointerException(),
            () -> new NoClassDefFoundError("javax/mail/MessagingException"),
            () -> new StackOverflowError(),
            () -> new Exception("checked"));

    private Faults() {}

    static void raise(@Nullable Supplier<? extends Throwable> fault) {
        if (fault != null) {
            Faults.<RuntimeException>sneak(fault.get());
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable e) throws T {
        throw (T) e;
    }
}
