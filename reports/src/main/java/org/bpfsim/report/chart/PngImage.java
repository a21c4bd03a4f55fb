package org.bpfsim.report.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Draws a chart as PNG, twice as large as its SVG, on white. Needs fonts; bytes differ between JDKs. */
public final class PngImage {
    private static final int SCALE = 2;

    private PngImage() {}

    /** The file's bytes. */
    public static byte[] file(Chart chart) {
        BufferedImage image =
                new BufferedImage(SCALE * chart.width(), SCALE * chart.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, image.getWidth(), image.getHeight());
        canvas.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        canvas.scale(SCALE, SCALE);
        chart.drawing()
                .apply(ChartStyle.forPng())
                .draw(canvas, new Rectangle2D.Double(0, 0, chart.width(), chart.height()));
        canvas.dispose();
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a PNG in memory cannot fail to be written", e);
        }
    }
}
