package org.bpfsim.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecialFieldTest {
    private static final int TIMER = 1;
    private static final int VALUE = 2;
    private static final int TIMER_BYTES = 16;

    /** {@code struct value}, of so many bytes, with a timer at each offset. */
    private static List<SpecialField> fields(int bytes, int... offsets) {
        List<BtfType.Member> members = Arrays.stream(offsets)
                .mapToObj(offset -> new BtfType.Member("m" + offset, TIMER, 8 * offset, 0))
                .toList();
        Btf btf = new Btf(List.of(
                new BtfType.Void(),
                new BtfType.Struct("bpf_timer", false, TIMER_BYTES, List.of()),
                new BtfType.Struct("value", false, bytes, members)));
        return SpecialField.of(btf, VALUE);
    }

    @Test
    void timerOfAValueIsFound() {
        assertThat(fields(24, 8)).containsExactly(new SpecialField(SpecialField.Kind.TIMER, 8, TIMER_BYTES, 0));
    }

    @Test
    void typeThatPlacesAFieldBeyondItsEndHasNone() {
        assertThat(fields(16, 8)).isEmpty();
        assertThat(fields(16, 1_000_000)).isEmpty();
    }
}
