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
        assertThat(table.render(32).get(1))
                .containsExactly("FCT     \u221212.3  no difference", "               seen (±3.0%)");
    }
}
