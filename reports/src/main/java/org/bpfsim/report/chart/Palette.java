package org.bpfsim.report.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.Stream;

/**
 * The colours of all charts: Okabe and Ito, "Color Universal Design" (2008), with a neutral ink for control. Lines
 * differ in dashes and markers as well. Each colour has a counterpart of the same hue for dark backgrounds.
 */
public final class Palette {
    /** One colour: the CSS variable that stands for it, and its values as {@code #rrggbb}. */
    public record Tone(String variable, String light, String dark) {
        Color color() {
            return Color.decode(light);
        }
    }

    static final Tone INK = new Tone("--chart-ink", "#1f2328", "#e6e9ed");
    static final Tone MUTED = new Tone("--chart-muted", "#59636e", "#a3adb8");
    static final Tone GRID = new Tone("--chart-grid", "#dfe3e8", "#343b44");
    static final Tone PAPER = new Tone("--chart-paper", "#fffffe", "#171a1f");

    private static final List<Tone> SERIES = List.of(
            new Tone("--c0", "#4a525c", "#c2c9d1"),
            new Tone("--c1", "#0072b2", "#4aa8e8"),
            new Tone("--c2", "#d55e00", "#f5843c"),
            new Tone("--c3", "#009e73", "#35c79d"),
            new Tone("--c4", "#cc79a7", "#e8a3c8"),
            new Tone("--c5", "#e69f00", "#f5bd3d"),
            new Tone("--c6", "#56b4e9", "#9bd6f7"));

    private static final float[][] DASHES = {null, {7, 2.5f}, {3, 1.8f}, {7, 2, 2, 2}};

    private Palette() {}

    /** All tones, for the page's style sheet. */
    public static List<Tone> tones() {
        return Stream.concat(Stream.of(INK, MUTED, GRID, PAPER), SERIES.stream())
                .toList();
    }

    /** Colour of the arm at that place; the first is control. After the last colour they begin again after control. */
    public static Tone series(int arm) {
        return SERIES.get(arm < SERIES.size() ? arm : 1 + (arm - 1) % (SERIES.size() - 1));
    }

    static Stroke line(int arm) {
        float[] dash = DASHES[arm % DASHES.length];
        return dash == null
                ? new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
                : new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, dash, 0);
    }

    /** Marker of the arm at that place, about seven units wide. */
    static Shape marker(int arm) {
        return switch (arm % 4) {
            case 0 -> new Ellipse2D.Double(-3, -3, 6, 6);
            case 1 -> new Rectangle2D.Double(-3, -3, 6, 6);
            case 2 -> polygon(0, -4, 3.8, 3, -3.8, 3);
            default -> polygon(0, -4.2, 4.2, 0, 0, 4.2, -4.2, 0);
        };
    }

    private static Shape polygon(double... coordinates) {
        Path2D path = new Path2D.Double();
        path.moveTo(coordinates[0], coordinates[1]);
        for (int i = 2; i < coordinates.length; i += 2) {
            path.lineTo(coordinates[i], coordinates[i + 1]);
        }
        path.closePath();
        return path;
    }
}
