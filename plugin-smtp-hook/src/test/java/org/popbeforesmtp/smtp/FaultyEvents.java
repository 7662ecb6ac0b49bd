// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.policy.GrantEvents;

/** Events of which some fail when a test wants it. */
final class FaultyEvents {

    private final GrantEvents events;
    private final Map<String, Supplier<? extends Throwable>> faults = new ConcurrentHashMap<>();

    FaultyEvents(GrantEvents events) {
        this.events = events;
    }

    /** From now on events of that name end like this; with null they are told again. */
    void fail(String name, @Nullable Supplier<? extends Throwable> fault) {
        if (fault == null) {
            faults.remove(name);
        } else {
            faults.put(name, fault);
        }
    }

    GrantEvents asEvents() {
        return (GrantEvents) Proxy.newProxyInstance(
                GrantEvents.class.getClassLoader(), new Class<?>[] {GrantEvents.class}, (proxy, method, arguments) -> {
                    Supplier<? extends Throwable> fault = faults.get(method.getName());
                    if (fault != null) {
                        throw fault.get();
                    }
                    try {
                        return method.invoke(events, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
