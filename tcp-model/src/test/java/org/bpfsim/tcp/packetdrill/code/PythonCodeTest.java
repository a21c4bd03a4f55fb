package org.bpfsim.tcp.packetdrill.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonCodeTest {
    private final PythonCode code = new PythonCode();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 == 7",
                "(1 + 2) * 3 == 9",
                "-7 // 2 == -4 and -7 % 3 == 2",
                "10 / 4 == 2.5",
                "0x10 | 1 == 17",
                "(6 & 4) != 0",
                "1 << 4 == 16",
                "~0 == -1",
                "5 <= 7 < 9",
                "not 5 <= 3 < 9",
                "True or nowhere == 1 or True",
                "abs(-3) == max(1, 3) == min(4, 3)",
                "'a%d' % 5 == 'a5'",
                "'%d %d' % (1, 2) == \"1 2\""
            })
    void expressionIsTrue(String expression) {
        code.set("nowhere", 0);
        code.run("assert " + expression);
    }

    @Test
    void statementsShareVariables() {
        code.set("cwnd", 10);
        code.run(" want = 0x0a # the window\n\n assert cwnd == want; want += 1");
        code.run("assert want == 11, want");
    }

    @Test
    void linesThatGoOnAreOne() {
        code.run("assert (1 +\n 1) == 2; \\\n assert 2 == \\\n 2");
    }

    @Test
    void failedAssertionTellsItsMessage() {
        assertThatThrownBy(() -> code.run("assert 1 == 2, 'rtt=%d' % 7"))
                .isInstanceOf(PythonException.class)
                .hasMessage("AssertionError: rtt=7 in \"assert 1 == 2, 'rtt=%d' % 7\"");
    }

    @Test
    void printIsKept() {
        code.run("print(1, 2); print('x')");
        assertThat(code.printed()).containsExactly("(1, 2)", "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"assert unknown == 1", "assert 1 +", "while 1", "x y", "1 = 2", "assert 'a' * 2", "f(1)"})
    void whatIsNotUnderstoodIsRefused(String snippet) {
        assertThatThrownBy(() -> code.run(snippet)).isInstanceOf(PythonException.class);
    }
}
