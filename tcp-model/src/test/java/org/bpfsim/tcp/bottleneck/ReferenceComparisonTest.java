package org.bpfsim.tcp.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The traces of a real Linux that lie beside this test, against the simulated one. */
class ReferenceComparisonTest {
    private static final Path LINUX = Path.of("src/test/resources/org/bpfsim/tcp/bottleneck/linux-6.18");

    /**
     * Goodput within 2% (bbr 4%), retransmissions within 5% or 3 segments, first slow start threshold within 2 segments
     * (reno, cubic), window within 8% RMSE; in the median within a quarter of that. {@code bpfsim bottleneck --compare}
     * shows the same table, and with {@code --out} the traces.
     */
    @Test
    void everyTraceLiesAsCloseToLinuxAsWasPromised() throws IOException {
        ReferenceComparison comparison = ReferenceComparison.of(LINUX);
        assertThat(comparison.rows()).hasSizeGreaterThanOrEqualTo(24);
        assertThat(comparison.isWithin()).as("%n%s", comparison.table()).isTrue();
    }

    @Test
    void goodputThatIsTooFarOffIsFound() throws IOException {
        Reference real = Reference.readAll(LINUX).get(0);
        Reference faster = new Reference(
                real.name(),
                real.options(),
                real.goodputMbps() * 1.05,
                real.retransmits(),
                real.firstSsthresh(),
                real.minRttUs(),
                real.cwnd());
        assertThat(ReferenceComparison.compare(real).isWithin()).isTrue();
        assertThat(ReferenceComparison.compare(faster).isWithin()).isFalse();
    }

    @Test
    void curvesAreComparedWhereBothExist() {
        Curve a = curve(0, 10, 5000, 20);
        assertThat(Curve.normalisedRmse(a, curve(0, 10, 5000, 20))).isZero();
        // At 0 to 4 ms 10 against 12, at 5 ms 20 against 20: sqrt(5 * 4 / 6), of a mean of 70 / 6.
        assertThat(Curve.normalisedRmse(a, curve(0, 12, 5000, 20, 9000, 99)))
                .isCloseTo(Math.sqrt(20.0 / 6) / (70.0 / 6), Offset.offset(1e-9));
    }

    @Test
    void folderWithoutReferencesIsRefused(@TempDir Path empty) {
        assertThatThrownBy(() -> ReferenceComparison.of(empty)).hasMessageContaining("options.txt");
    }

    @Test
    void summaryWithoutGoodputIsRefused(@TempDir Path folder) throws IOException {
        Path set = Files.createDirectory(folder.resolve("set"));
        Files.writeString(set.resolve("options.txt"), "--cc reno\n");
        Files.writeString(set.resolve("summary.txt"), "cc reno\n");
        assertThatThrownBy(() -> ReferenceComparison.of(folder)).hasMessageContaining("no number for goodput_mbps");
    }

    private static Curve curve(double... timesAndValues) {
        Curve curve = new Curve();
        for (int i = 0; i < timesAndValues.length; i += 2) {
            curve.add(timesAndValues[i], timesAndValues[i + 1]);
        }
        return curve;
    }
}
