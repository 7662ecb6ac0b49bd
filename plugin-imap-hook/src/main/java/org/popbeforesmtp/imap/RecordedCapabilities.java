// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.inject.Inject;
import com.google.inject.Injector;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.message.Capability;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.processor.CapabilityImplementingProcessor;
import org.apache.james.imap.processor.PermitEnableCapabilityProcessor;
import org.apache.james.imap.processor.base.AbstractProcessor;
import org.apache.james.util.MDCBuilder;
import reactor.core.publisher.Mono;

/**
 * The capabilities of the processors wrapped by {@link RecordedCommands}, reported to James for them. It takes no
 * command: James asks each processor of its list for its capabilities once, and the other is on it once for each kind
 * of command.
 */
public final class RecordedCapabilities extends AbstractProcessor<ImapMessage>
        implements PermitEnableCapabilityProcessor {

    private final List<AbstractProcessor<?>> processors;

    @Inject
    RecordedCapabilities(Injector injector) {
        // No message is of just this type.
        super(ImapMessage.class);
        processors = JamesProcessors.makeOthers(injector, CapabilityImplementingProcessor.class::isAssignableFrom);
    }

    @Override
    public void configure(ImapConfiguration configuration) {
        processors.forEach(processor -> processor.configure(configuration));
    }

    @Override
    public List<Capability> getImplementedCapabilities(ImapSession session) {
        return union(
                those(CapabilityImplementingProcessor.class),
                processor -> processor.getImplementedCapabilities(session));
    }

    @Override
    public List<Capability> getPermitEnableCapabilities(ImapSession session) {
        return union(
                those(PermitEnableCapabilityProcessor.class),
                processor -> processor.getPermitEnableCapabilities(session));
    }

    @Override
    public Mono<Void> enable(ImapMessage message, Responder responder, ImapSession session, Capability capability) {
        return those(PermitEnableCapabilityProcessor.class)
                .filter(processor ->
                        processor.getPermitEnableCapabilities(session).contains(capability))
                .findFirst()
                .map(processor -> processor.enable(message, responder, session, capability))
                .orElse(Mono.empty());
    }

    private <T> Stream<T> those(Class<T> type) {
        return processors.stream().filter(type::isInstance).map(type::cast);
    }

    private static <T> List<Capability> union(Stream<T> processors, Function<T, List<Capability>> capabilities) {
        return processors
                .flatMap(processor -> capabilities.apply(processor).stream())
                .distinct()
                .collect(Collectors.toUnmodifiableList());
    }

    @Override
    protected Mono<Void> doProcess(ImapMessage message, Responder responder, ImapSession session) {
        return Mono.empty();
    }

    @Override
    protected MDCBuilder mdc(ImapMessage message) {
        return MDCBuilder.create();
    }
}
