package org.bpfsim.report.chart;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.DOMGroupManager;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Batik's SVG canvas with fixed font metrics, text that states its length, and ids that are unique in a page. */
final class SvgCanvas extends SVGGraphics2D {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int DECIMALS = 2;

    SvgCanvas(String idPrefix) {
        super(context(idPrefix), false);
    }

    private SvgCanvas(SvgCanvas other) {
        super(other);
    }

    private static SVGGeneratorContext context(String idPrefix) {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        context.setPrecision(DECIMALS);
        context.setComment(null);
        SVGGeneratorContext.GraphicContextDefaults defaults = new SVGGeneratorContext.GraphicContextDefaults();
        defaults.setFont(FixedMetrics.font(ChartStyle.SVG_FAMILY, Font.PLAIN, ChartStyle.TEXT_SIZE));
        context.setGraphicContextDefaults(defaults);
        context.setIDGenerator(new SVGIDGenerator() {
            private int next;

            @Override
            public String generateID(String prefix) {
                return idPrefix + "-" + prefix + next++;
            }
        });
        return context;
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new AssertionError("the JDK's default parser configuration is always there", e);
        }
    }

    @Override
    public Graphics create() {
        return new SvgCanvas(this);
    }

    @Override
    public FontMetrics getFontMetrics(Font font) {
        return new FixedMetrics(font);
    }

    @Override
    public void drawString(String text, float x, float y) {
        if (text.isBlank()) {
            return;
        }
        Element element = getDOMFactory().createElementNS(SVG, "text");
        element.setAttributeNS(null, "x", getGeneratorContext().doubleString(x));
        element.setAttributeNS(null, "y", getGeneratorContext().doubleString(y));
        element.setAttributeNS(
                null, "textLength", getGeneratorContext().doubleString(new FixedMetrics(getFont()).width(text)));
        element.setAttributeNS(null, "lengthAdjust", "spacingAndGlyphs");
        element.appendChild(getDOMFactory().createTextNode(text));
        domGroupManager.addElement(element, DOMGroupManager.FILL);
    }
}
