// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.inject.Inject;
import com.google.inject.Injector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.IdleRequest;
import org.apache.james.imap.processor.base.AbstractProcessor;
import org.apache.james.util.MDCBuilder;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Wraps James's own processors of IMAP commands: reports each command to {@link ImapSessions} and passes it on
 * unchanged. The constructors of James's processors differ from version to version, so they are injected and not
 * extended.
 */
public final class RecordedCommands extends AbstractProcessor<ImapMessage> {

    private final ImapRecording recording;
    private final Map<Class<? extends ImapMessage>, AbstractProcessor<?>> processors = new LinkedHashMap<>();
    private @Nullable ImapConfiguration configured;

    @Inject
    RecordedCommands(Injector injector, ImapRecording recording) {
        super(ImapMessage.class);
        this.recording = recording;
        for (AbstractProcessor<?> processor : JamesProcessors.makeOthers(injector, type -> true)) {
            processor.acceptableClasses().forEach(accepted -> processors.put(accepted, processor));
        }
    }

    @Override
    public List<Class<? extends ImapMessage>> acceptableClasses() {
        return List.copyOf(processors.keySet());
    }

    /** James calls this for a server that is turned on, once for each class of messages. */
    @Override
    public void configure(ImapConfiguration configuration) {
        if (!configuration.equals(configured)) {
            configured = configuration;
            recording.begin();
            processors.values().stream().distinct().forEach(processor -> processor.configure(configuration));
        }
    }

    /** The command counts when it is processed, not when it is read: clients send several at once. */
    @Override
    protected Mono<Void> doProcess(ImapMessage message, Responder responder, ImapSession session) {
        ImapSessions sessions = recording.sessions();
        if (message instanceof IdleRequest) {
            return processor(message)
                    .processReactive(
                            message, new IdleResponder(responder, () -> sessions.commandSeen(session)), session)
                    .doOnSubscribe(subscription -> sessions.idleSeen(session));
        }
        return processor(message)
                .processReactive(message, responder, session)
                .doOnSubscribe(subscription -> sessions.commandSeen(session));
    }

    private AbstractProcessor<?> processor(ImapMessage message) {
        return Objects.requireNonNull(processors.get(message.getClass()), "James asks for accepted classes alone");
    }

    @Override
    protected MDCBuilder mdc(ImapMessage message) {
        return MDCBuilder.create();
    }
}
