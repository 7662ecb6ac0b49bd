// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.ex.ConversionException;
import org.apache.commons.configuration2.tree.ImmutableNode;

/** One enabled server of James's {@code *server.xml} files. */
final class Server {

    static final String NO_AUTH_HANDLERS = "org.apache.james.smtpserver.NoAuthCmdHandlerLoader";

    private final ServerKind kind;
    private final HierarchicalConfiguration<ImmutableNode> element;

    private Server(ServerKind kind, HierarchicalConfiguration<ImmutableNode> element) {
        this.kind = kind;
        this.element = element;
    }

    /** The servers of a file that are not turned off. */
    static List<Server> enabled(ServerKind kind, HierarchicalConfiguration<ImmutableNode> root) {
        return root.configurationsAt(kind.element()).stream()
                .filter(element -> element.getBoolean("[@enabled]", true))
                .map(element -> new Server(kind, element))
                .collect(Collectors.toUnmodifiableList());
    }

    ServerKind kind() {
        return kind;
    }

    String file() {
        return kind.file();
    }

    String name() {
        return jmxName() + " at " + bind();
    }

    String jmxName() {
        return text("jmxName").orElse(kind.element());
    }

    String bind() {
        return text("bind").orElse("0.0.0.0:" + kind.defaultPort());
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(element.getString(key, null));
    }

    /** All texts of an element that may be there several times. */
    List<String> list(String key) {
        return List.of(element.getStringArray(key));
    }

    /** A switch; if James cannot read it either, it counts as not set here, see {@link ServerValues}. */
    boolean flag(String key, boolean otherwise) {
        return canRead(key, Boolean.class) ? element.getBoolean(key, otherwise) : otherwise;
    }

    /** Whether a value is one of a type, or not there. */
    boolean canRead(String key, Class<?> type) {
        try {
            element.get(type, key, null);
            return true;
        } catch (ConversionException | NumberFormatException e) {
            return false;
        }
    }

    int chains() {
        return element.configurationsAt("handlerchain").size();
    }

    /** The classes of the handlers, exactly as they are written; empty where there is none. */
    List<String> handlers() {
        List<String> handlers = new ArrayList<>();
        for (HierarchicalConfiguration<ImmutableNode> handler : element.configurationsAt("handlerchain.handler")) {
            handlers.add(handler.getString("[@class]", ""));
        }
        return handlers;
    }

    boolean has(String handlerClass) {
        return handlers().contains(handlerClass);
    }

    boolean startsWith(String handlerClass) {
        return handlers().stream().findFirst().filter(handlerClass::equals).isPresent();
    }

    /** The package of handlers that James adds after those of the chain, if it is named. */
    Optional<String> coreHandlers() {
        return text("handlerchain[@coreHandlersPackage]");
    }

    boolean isMonitored() {
        return flag("handlerchain[@enableJmx]", true);
    }

    boolean behindProxy() {
        return flag("proxyRequired", false);
    }

    boolean hasStartTls() {
        return flag("tls[@startTLS]", false);
    }

    boolean hasSocketTls() {
        return flag("tls[@socketTLS]", false);
    }

    boolean hasTls() {
        return hasStartTls() || hasSocketTls();
    }

    boolean requiresTlsForPasswords(boolean otherwise) {
        return flag("auth.requireSSL", otherwise);
    }

    /** Whether SMTP AUTH can be used before TLS. */
    boolean takesAuthWithoutTls() {
        return !coreHandlers().filter(NO_AUTH_HANDLERS::equals).isPresent()
                && !hasSocketTls()
                && !requiresTlsForPasswords(false)
                && flag("auth.plainAuthEnabled", true);
    }

    boolean announcesAuth() {
        String announce = text("auth.announce").orElse("").trim();
        String older = text("authRequired").orElse("false").trim().toLowerCase(Locale.ROOT);
        return announce.isEmpty()
                ? older.equals("true") || older.equals("announce")
                : !announce.equalsIgnoreCase("never");
    }
}
