package org.bpfsim.report.chart;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jfree.chart.JFreeChart;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.Text;

/** Draws a chart as SVG text. Attributes are written in alphabetical order and numbers with two decimals: bytes are stable. */
public final class SvgImage {
    private static final String FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif";
    /** What Batik writes for every group and what SVG assumes anyway. */
    private static final Map<String, String> DEFAULTS = defaults();

    /** Attributes of the outermost element that are written here. */
    private static final Set<String> OWN = Set.of("width", "height", "viewBox");

    private final Map<String, String> colours;
    private final StringBuilder svg = new StringBuilder();

    private SvgImage(Map<String, String> colours) {
        this.colours = colours;
    }

    /** For a file: light colours on white paper. */
    public static String file(Chart chart) {
        Element root = draw(chart);
        SvgImage image = new SvgImage(colours(false));
        image.open(chart);
        image.svg.append("<rect fill=\"#ffffff\" height=\"100%\" width=\"100%\"/>\n");
        image.drawing(root);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + image.svg.append("</svg>\n");
    }

    /** For a page: no background, colours as CSS variables of {@link Palette#tones()}. */
    public static String inline(Chart chart) {
        Element root = draw(chart);
        SvgImage image = new SvgImage(colours(true));
        image.open(chart);
        image.drawing(root);
        return image.svg.append("</svg>\n").toString();
    }

    private static Element draw(Chart chart) {
        SvgCanvas canvas = new SvgCanvas(chart.name());
        JFreeChart drawing = chart.drawing().apply(ChartStyle.forSvg());
        drawing.draw(canvas, new Rectangle2D.Double(0, 0, chart.width(), chart.height()));
        return canvas.getRoot();
    }

    private void open(Chart chart) {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
                .append(chart.width())
                .append(' ')
                .append(chart.height())
                .append("\" width=\"")
                .append(chart.width())
                .append("\" height=\"")
                .append(chart.height())
                .append("\" font-family=\"")
                .append(FONTS)
                .append("\">\n<title>")
                .append(escape(chart.title()))
                .append("</title>\n");
    }

    /** Batik's root carries what its groups inherit: font size, line caps, default colours. */
    private void drawing(Element root) {
        svg.append("<g");
        attributes(root)
                .forEach((name, value) -> svg.append(' ')
                        .append(name)
                        .append("=\"")
                        .append(escape(value))
                        .append('"'));
        svg.append(">\n");
        children(root);
        svg.append("</g>\n");
    }

    private void children(Node parent) {
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Text) {
                svg.append(escape(child.getNodeValue()));
            } else if (child instanceof Element element && worthWriting(element)) {
                element(element);
            }
        }
    }

    /** Batik leaves empty groups and definition lists behind. */
    private static boolean worthWriting(Element element) {
        boolean container =
                element.getTagName().equals("g") || element.getTagName().equals("defs");
        return !container || element.hasChildNodes();
    }

    private void element(Element element) {
        svg.append('<').append(element.getTagName());
        attributes(element)
                .forEach((name, value) -> svg.append(' ')
                        .append(name)
                        .append("=\"")
                        .append(escape(value))
                        .append('"'));
        if (element.hasChildNodes()) {
            svg.append(element.getTagName().equals("text") ? ">" : ">\n");
            children(element);
            svg.append("</").append(element.getTagName()).append(">\n");
        } else {
            svg.append("/>\n");
        }
    }

    private Map<String, String> attributes(Element element) {
        Map<String, String> written = new TreeMap<>();
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            String name = attributes.item(i).getNodeName();
            String value = attributes.item(i).getNodeValue();
            boolean own = name.startsWith("xml") || element.getTagName().equals("svg") && OWN.contains(name);
            boolean isDefault = element.getTagName().equals("svg") && value.equals(DEFAULTS.get(name));
            if (!own && !isDefault && !name.equals("font-family")) {
                written.put(name, colours.getOrDefault(value, value));
            }
        }
        return written;
    }

    /** How Batik writes each tone, and what stands in its place. */
    private static Map<String, String> colours(boolean variables) {
        Map<String, String> colours = new LinkedHashMap<>();
        for (Palette.Tone tone : Palette.tones()) {
            Color c = tone.color();
            String written = "rgb(" + c.getRed() + "," + c.getGreen() + "," + c.getBlue() + ")";
            colours.put(written, variables ? "var(" + tone.variable() + ")" : tone.light());
        }
        return colours;
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("color-interpolation", "auto");
        defaults.put("color-rendering", "auto");
        defaults.put("image-rendering", "auto");
        defaults.put("shape-rendering", "auto");
        defaults.put("text-rendering", "auto");
        defaults.put("fill-opacity", "1");
        defaults.put("stroke-opacity", "1");
        defaults.put("stroke-dasharray", "none");
        defaults.put("stroke-dashoffset", "0");
        defaults.put("stroke-width", "1");
        return defaults;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
