// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A James to be started: what differs from the samples, setting by setting. */
public final class JamesBuilder {

    private final JamesDirectory directory;
    private JamesUnderTest james = JamesUnderTest.configured();
    private final List<String> options = new ArrayList<>();
    private List<Path> classPath = james.classPath();

    JamesBuilder(Path root) {
        directory = JamesDirectory.create(root);
        james.adapt(directory);
    }

    JamesDirectory directory() {
        return directory;
    }

    /** Where James's files are. */
    public Path root() {
        return directory.root();
    }

    /** A line of {@code pop-before-smtp.properties}. */
    public JamesBuilder with(String key, String value) {
        return file("pop-before-smtp.properties", key + "=" + value + "\n");
    }

    /** Appends a text to a file in {@code conf/}. */
    public JamesBuilder file(String name, String text) {
        directory.append(name, text);
        return this;
    }

    /** Takes one of the optional samples too. */
    public JamesBuilder withSample(String name) {
        directory.addSample(name);
        return this;
    }

    public JamesBuilder without(String name) {
        directory.remove(name);
        return this;
    }

    /** Replaces a text wherever a file in {@code conf/} has it. */
    public JamesBuilder replace(String name, String from, String to) {
        directory.replace(name, from, to);
        return this;
    }

    /** An empty folder in the place of a file in {@code conf/}. */
    public JamesBuilder folder(String name) {
        directory.addFolder(name);
        return this;
    }

    /** Leaves no jar in {@code extensions-jars/}. */
    public JamesBuilder withoutExtensions() {
        directory.removeExtensions();
        return this;
    }

    public JamesBuilder edit(String name, Consumer<XmlFile> change) {
        directory.edit(name, change);
        return this;
    }

    public JamesBuilder smtp(Consumer<XmlFile> change) {
        return edit("smtpserver.xml", change);
    }

    public JamesBuilder pop3(Consumer<XmlFile> change) {
        return edit("pop3server.xml", change);
    }

    /** Lets James relay to a server of the test, with the attributes of a grant as headers. */
    public JamesBuilder relayTo(SmtpSink sink) {
        return edit(
                "mailetcontainer.xml",
                xml -> xml.set("//mailet[@class='RemoteDelivery']", "gateway", "127.0.0.1")
                        .set("//mailet[@class='RemoteDelivery']", "gatewayPort", String.valueOf(sink.port()))
                        .set(
                                "//mailet[@class='MailAttributesToMimeHeaders']",
                                "simplemapping",
                                "org.popbeforesmtp.user; X-User, org.popbeforesmtp.address; X-Address,"
                                        + " org.popbeforesmtp.loginAt; X-Login-At"));
    }

    /** IMAP as in the sample, except that passwords need no TLS. */
    public JamesBuilder withImap() {
        return withSample("imapserver.xml").imap(xml -> xml.set("//auth", "requireSSL", "false"));
    }

    public JamesBuilder imap(Consumer<XmlFile> change) {
        return edit("imapserver.xml", change);
    }

    /** Both protocols want a PROXY header before anything else. */
    public JamesBuilder proxyRequired() {
        return smtp(xml -> xml.set("//smtpserver", "proxyRequired", "true"))
                .pop3(xml -> xml.set("//pop3server", "proxyRequired", "true"));
    }

    /** James's JMX monitors in the handler chains, which are on as a rule. */
    public JamesBuilder monitors(boolean enabled) {
        return smtp(xml -> xml.setAttribute("//handlerchain", "enableJmx", String.valueOf(enabled)))
                .pop3(xml -> xml.setAttribute("//handlerchain", "enableJmx", String.valueOf(enabled)));
    }

    public JamesBuilder verifyIdentity(boolean verify) {
        return smtp(xml -> xml.set("//smtpserver", "verifyIdentity", String.valueOf(verify)));
    }

    /** {@code always}, {@code never} or {@code forUnauthorizedAddresses}. */
    public JamesBuilder announceAuth(String when) {
        return smtp(xml -> xml.set("//auth", "announce", when));
    }

    /** Lets clients authenticate without TLS. */
    public JamesBuilder authWithoutTls() {
        return smtp(xml -> xml.set("//auth", "requireSSL", "false"));
    }

    public JamesBuilder authorizedAddresses(String networks) {
        return smtp(xml -> xml.set("//smtpserver", "authorizedAddresses", networks));
    }

    /** Listens on all addresses of this host, IPv6 included, instead of 127.0.0.1. */
    public JamesBuilder listenEverywhere() {
        Consumer<XmlFile> change = xml -> xml.change(
                "//bind", bind -> bind.setTextContent(bind.getTextContent().replace("127.0.0.1", "0.0.0.0")));
        return smtp(change).pop3(change);
    }

    /** A variable in James's environment. Not for a James in a container. */
    JamesBuilder environment(String variable, String value) {
        james = james.with(variable, value);
        return this;
    }

    /** Another jar beside ours. */
    public JamesBuilder extension(Path jar) {
        directory.addExtension(jar);
        return this;
    }

    /** Another class path than the one that James ships with. */
    public JamesBuilder classPath(List<Path> jars) {
        classPath = List.copyOf(jars);
        return this;
    }

    /** An option of the Java virtual machine beside the usual ones. */
    JamesBuilder option(String option) {
        options.add(option);
        return this;
    }

    /**
     * Starts James and waits until it is ready.
     *
     * @throws JamesServer.StartFailure if James does not start
     */
    public JamesServer start() {
        return new JamesServer(directory, james, classPath, List.copyOf(options)).waitUntilReady(0);
    }
}
