package org.bpfsim.report.chart;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.text.AttributedCharacterIterator;
import java.util.Locale;
import java.util.Map;

/**
 * Font metrics that are the same everywhere: the advance widths of Helvetica (Adobe's published font metrics, in
 * thousandths of the font size), which Arial and Liberation Sans share.
 */
final class FixedMetrics extends FontMetrics {
    private static final long serialVersionUID = 1L;

    /** Widths of the characters 32 to 126. */
    private static final int[] ASCII = {
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, //  !"#$%&'()*+,-./
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0-9:;<=>?
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @A-O
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P-Z[\]^_
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // `a-o
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584 // p-z{|}~
    };

    private static final int OTHER = 584;
    private static final float UNITS = 1000f;
    private static final float ASCENT = 0.905f;
    private static final float DESCENT = 0.212f;
    private static final float LEADING = 0.033f;
    private static final float BOLD_FACTOR = 1.06f;

    FixedMetrics(Font font) {
        super(font);
    }

    /** A font that measures its lines by these metrics, not by what is installed. */
    static Font font(String family, int style, float size) {
        return new FixedFont(family, style, size);
    }

    float width(String text) {
        int units = 0;
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i) - ' ';
            units += c >= 0 && c < ASCII.length ? ASCII[c] : OTHER;
        }
        float regular = units / UNITS * getFont().getSize2D();
        return getFont().isBold() ? regular * BOLD_FACTOR : regular;
    }

    @Override
    public int stringWidth(String text) {
        return Math.round(width(text));
    }

    @Override
    public int charsWidth(char[] data, int off, int len) {
        return stringWidth(new String(data, off, len));
    }

    @Override
    public int charWidth(char c) {
        return stringWidth(String.valueOf(c));
    }

    @Override
    public int getAscent() {
        return Math.round(ASCENT * getFont().getSize2D());
    }

    @Override
    public int getDescent() {
        return Math.round(DESCENT * getFont().getSize2D());
    }

    @Override
    public int getLeading() {
        return Math.round(LEADING * getFont().getSize2D());
    }

    private static final class FixedFont extends Font {
        private static final long serialVersionUID = 1L;

        FixedFont(String family, int style, float size) {
            super(family, style, Math.round(size));
            pointSize = size;
        }

        /** The JDK would look among the installed fonts for the family's name in the user's language. */
        @Override
        public String getFamily(Locale locale) {
            return name;
        }

        /** Batik asks for a font of another size; what it learns from it is the family alone. */
        @Override
        public Font deriveFont(Map<? extends AttributedCharacterIterator.Attribute, ?> attributes) {
            return this;
        }

        @Override
        public LineMetrics getLineMetrics(String text, FontRenderContext context) {
            return new FixedLine(text.length(), getSize2D());
        }
    }

    private static final class FixedLine extends LineMetrics {
        private final int characters;
        private final float size;

        FixedLine(int characters, float size) {
            this.characters = characters;
            this.size = size;
        }

        @Override
        public int getNumChars() {
            return characters;
        }

        @Override
        public float getAscent() {
            return ASCENT * size;
        }

        @Override
        public float getDescent() {
            return DESCENT * size;
        }

        @Override
        public float getLeading() {
            return LEADING * size;
        }

        @Override
        public float getHeight() {
            return (ASCENT + DESCENT + LEADING) * size;
        }

        @Override
        public int getBaselineIndex() {
            return Font.ROMAN_BASELINE;
        }

        @Override
        public float[] getBaselineOffsets() {
            return new float[3];
        }

        @Override
        public float getStrikethroughOffset() {
            return -size / 4;
        }

        @Override
        public float getStrikethroughThickness() {
            return size / 20;
        }

        @Override
        public float getUnderlineOffset() {
            return size / 10;
        }

        @Override
        public float getUnderlineThickness() {
            return size / 20;
        }
    }
}
