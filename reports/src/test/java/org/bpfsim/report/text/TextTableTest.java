package org.bpfsim.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bpfsim.report.text.TextTable.Align;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private final TextTable table = new TextTable(Align.LEFT, Align.RIGHT, Align.LEFT)
            .row("metric", "µs", "verdict")
            .row("FCT", "\u221212.3", "no difference seen (±3.0%)");

    @Test
    void alignsColumnsByCharactersNotBytes() {
        assertThat(table.render(80))
                .containsExactly(
                        List.of("metric     µs  verdict"), List.of("FCT     \u221212.3  no difference seen (±3.0%)"));
    }

    @Test
    void wrapsTheLastColumnAtWordsInANarrowTerminal() {
        assertThat(table.render(36).get(1))
                .containsExactly("FCT     \u221212.3  no difference seen", "               (±3.0%)");
    }

    @Test
    void putsTheLastColumnBelowWhereItHasNoRoomBeside() {
        assertThat(table.render(32))
                .containsExactly(
                        List.of("metric     µs", "  verdict"),
                        List.of("FCT     \u221212.3", "  no difference seen (±3.0%)"));
    }

    @Test
    void putsTwoColumnsBelowInAVeryNarrowTerminal() {
        TextTable wide = new TextTable(Align.LEFT, Align.RIGHT, Align.RIGHT, Align.LEFT)
                .row("FCT, median", "142 µs", "+7.0% [\u221226.8, +13.0]", "cannot tell (±26.8%)");
        assertThat(wide.render(40))
                .containsExactly(
                        List.of("FCT, median  142 µs", "  +7.0% [\u221226.8, +13.0]  cannot tell", "  (±26.8%)"));
    }
}
