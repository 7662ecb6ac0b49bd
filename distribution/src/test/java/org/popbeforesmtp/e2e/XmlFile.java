// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A configuration file of James in which single settings are changed; the rest stays as it ships. */
public final class XmlFile {

    private final Document document;

    private XmlFile(Document document) {
        this.document = document;
    }

    static XmlFile read(Path file) {
        try {
            return new XmlFile(
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile()));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    void write(Path file) {
        try {
            TransformerFactory.newInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(file.toFile()));
        } catch (TransformerException e) {
            throw new IllegalStateException(file + " cannot be written", e);
        }
    }

    /**
     * Sets the text of a child element, which is made if it is not there.
     *
     * @param parents an XPath expression that at least one element matches
     */
    public XmlFile set(String parents, String child, String text) {
        return change(parents, parent -> {
            NodeList there = parent.getElementsByTagName(child);
            Element element = there.getLength() > 0 ? (Element) there.item(0) : document.createElement(child);
            element.setTextContent(text);
            if (there.getLength() == 0) {
                parent.appendChild(element);
            }
        });
    }

    public XmlFile setAttribute(String elements, String name, String value) {
        return change(elements, element -> element.setAttribute(name, value));
    }

    public XmlFile remove(String elements) {
        return change(elements, element -> element.getParentNode().removeChild(element));
    }

    /** Changes each element that an XPath expression matches; at least one must. */
    public XmlFile change(String elements, Consumer<Element> change) {
        try {
            NodeList found = (NodeList)
                    XPathFactory.newInstance().newXPath().evaluate(elements, document, XPathConstants.NODESET);
            if (found.getLength() == 0) {
                throw new IllegalArgumentException("nothing matches " + elements);
            }
            for (int i = 0; i < found.getLength(); i++) {
                change.accept((Element) found.item(i));
            }
            return this;
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(elements + " is no XPath expression", e);
        }
    }
}
