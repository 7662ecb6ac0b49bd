// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** One enabled server of James's {@code *server.xml} files, as far as it matters here. */
final class HandlerChain {

    /** What James takes for yes and no. */
    private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on");

    private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off");

    private final String name;
    private final List<String> handlers;
    private final boolean behindProxy;
    private final List<String> authorizedAddresses;

    private HandlerChain(Element server) {
        this.name = text(server, "jmxName", "unnamed") + " at " + text(server, "bind", "an unnamed address");
        this.behindProxy = TRUE.contains(text(server, "proxyRequired", "").toLowerCase(Locale.ROOT));
        this.authorizedAddresses = split(text(server, "authorizedAddresses", ""));
        this.handlers = new ArrayList<>();
        for (Element chain : elements(server, "handlerchain")) {
            for (Element handler : elements(chain, "handler")) {
                handlers.add(handler.getAttribute("class").trim());
            }
        }
    }

    /**
     * The enabled servers of a file.
     *
     * @throws IOException if the file cannot be read or is not XML; the message says why
     */
    static List<HandlerChain> read(Path file, String serverElement) throws IOException {
        return elements(document(file).getDocumentElement(), serverElement).stream()
                .filter(server -> !FALSE.contains(server.getAttribute("enabled").toLowerCase(Locale.ROOT)))
                .map(HandlerChain::new)
                .collect(Collectors.toUnmodifiableList());
    }

    private static Document document(Path file) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(file.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("it is not well-formed XML: " + e.getMessage(), e);
        }
    }

    String name() {
        return name;
    }

    boolean behindProxy() {
        return behindProxy;
    }

    List<String> authorizedAddresses() {
        return authorizedAddresses;
    }

    long count(String handlerClass) {
        return handlers.stream().filter(handlerClass::equals).count();
    }

    boolean has(String handlerClass) {
        return handlers.contains(handlerClass);
    }

    boolean startsWith(String handlerClass) {
        return !handlers.isEmpty() && handlers.get(0).equals(handlerClass);
    }

    private static List<Element> elements(Element parent, String tag) {
        List<Element> elements = new ArrayList<>();
        NodeList nodes = parent.getElementsByTagName(tag);
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(Element parent, String tag, String otherwise) {
        return elements(parent, tag).stream()
                .findFirst()
                .map(element -> element.getTextContent().trim())
                .orElse(otherwise);
    }

    private static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        for (String part : list.split("[,\\s]+", -1)) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }
}
