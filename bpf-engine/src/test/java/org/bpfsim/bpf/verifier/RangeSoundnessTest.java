package org.bpfsim.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.bpfsim.bpf.isa.Comparisons;
import org.bpfsim.bpf.isa.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is computed for ranges must hold for every number in them. Seeded: a failure prints what repeats it. */
class RangeSoundnessTest {
    private static final long SEED = 20_241_117;
    private static final int ROUNDS = 60_000;
    private static final long[] CORNERS = {
        0,
        1,
        -1,
        2,
        7,
        8,
        255,
        256,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_ffffL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Integer.MIN_VALUE,
        -2
    };
    /** And the one jump that has no opcode. */
    private static final int[] COMPARISONS = IntStream.concat(
                    IntStream.of(Comparisons.all()), IntStream.of(Comparison.JNSET))
            .toArray();

    /** What is known of a number, made so that it holds for {@code v}. */
    private static Ranges around(Random random, long v) {
        switch (random.nextInt(6)) {
            case 0:
                return Ranges.constant(v);
            case 1:
                return Ranges.ofBits(new Tnum(v, mask(random)));
            case 2:
                long low = number(random);
                long high = number(random);
                long umin = Long.compareUnsigned(low, v) <= 0 ? low : v;
                long umax = Long.compareUnsigned(high, v) >= 0 ? high : v;
                return Ranges.unsigned(umin, umax);
            case 3:
                return Ranges.signed(Math.min(v, number(random)), Math.max(v, number(random)));
            case 4:
                return Ranges.ofBits(new Tnum(v, mask(random))).union(Ranges.constant(number(random)));
            default:
                return Ranges.UNKNOWN;
        }
    }

    private static long mask(Random random) {
        return random.nextBoolean() ? random.nextLong() & ~(random.nextLong() | 1) : -1L >>> random.nextInt(64);
    }

    private static long number(Random random) {
        switch (random.nextInt(4)) {
            case 0:
                return CORNERS[random.nextInt(CORNERS.length)];
            case 1:
                return random.nextInt(64);
            case 2:
                return random.nextInt();
            default:
                return random.nextLong();
        }
    }

    @ParameterizedTest(name = "operation {0}")
    @ValueSource(
            ints = {
                Opcode.ADD,
                Opcode.SUB,
                Opcode.MUL,
                Opcode.AND,
                Opcode.OR,
                Opcode.XOR,
                Opcode.LSH,
                Opcode.RSH,
                Opcode.ARSH,
                Opcode.DIV,
                Opcode.MOD
            })
    void resultsOfArithmeticStayInside(int operation) {
        Random random = new Random(SEED + operation);
        for (int round = 0; round < ROUNDS; round++) {
            boolean wide = random.nextBoolean();
            long a = number(random);
            long b = operation >= Opcode.LSH && operation != Opcode.XOR && operation != Opcode.MOD
                    ? random.nextInt(wide ? 64 : 32)
                    : number(random);
            Ranges ra = around(random, a);
            Ranges rb = around(random, b);
            Ranges result = RangeArithmetic.apply(operation, ra, rb, wide);
            long concrete = concrete(operation, a, b, wide);
            assertThat(result.contains(concrete))
                    .as(
                            "seed %d round %d: %d in (%s) op %x %d in (%s), wide %s, gives %d, not in (%s)",
                            SEED + operation, round, a, ra, operation, b, rb, wide, concrete, result)
                    .isTrue();
        }
    }

    private static long concrete(int operation, long a, long b, boolean wide) {
        long x = wide ? a : a & 0xffff_ffffL;
        long y = wide ? b : b & 0xffff_ffffL;
        long r;
        switch (operation) {
            case Opcode.ADD:
                r = x + y;
                break;
            case Opcode.SUB:
                r = x - y;
                break;
            case Opcode.MUL:
                r = x * y;
                break;
            case Opcode.AND:
                r = x & y;
                break;
            case Opcode.OR:
                r = x | y;
                break;
            case Opcode.XOR:
                r = x ^ y;
                break;
            case Opcode.LSH:
                r = x << y;
                break;
            case Opcode.RSH:
                r = x >>> y;
                break;
            case Opcode.ARSH:
                r = wide ? x >> y : (int) x >> y;
                break;
            case Opcode.DIV:
                r = y == 0 ? 0 : Long.divideUnsigned(x, y);
                break;
            default:
                r = y == 0 ? x : Long.remainderUnsigned(x, y);
                break;
        }
        return wide ? r : r & 0xffff_ffffL;
    }

    @Test
    void whatAJumpTellsHoldsForEveryPairThatTakesIt() {
        Random random = new Random(SEED);
        for (int round = 0; round < 10 * ROUNDS; round++) {
            int code = COMPARISONS[random.nextInt(COMPARISONS.length)];
            boolean narrow = random.nextBoolean();
            long a = number(random);
            long b = random.nextInt(4) == 0 ? a : number(random);
            Ranges ra = around(random, a);
            Ranges rb = around(random, b);
            boolean taken = holds(code, a, b, narrow);
            if (code != Comparison.JNSET) {
                int outcome = Comparison.outcome(code, ra, rb, narrow);
                assertThat(outcome)
                        .as(
                                "seed %d round %d: outcome of %d in (%s) cmp %x %d in (%s), narrow %s",
                                SEED, round, a, ra, code, b, rb, narrow)
                        .isIn(-1, taken ? 1 : 0);
            }
            Comparison.Pair pair = Comparison.assume(taken ? code : Comparison.negate(code), ra, rb, narrow);
            assertThat(pair.left().contains(a) && pair.right().contains(b))
                    .as(
                            "seed %d round %d: %d in (%s) cmp %x %d in (%s), narrow %s, taken %s: (%s) and (%s)",
                            SEED, round, a, ra, code, b, rb, narrow, taken, pair.left(), pair.right())
                    .isTrue();
        }
    }

    private static boolean holds(int code, long a, long b, boolean narrow) {
        long x = narrow ? a & 0xffff_ffffL : a;
        long y = narrow ? b & 0xffff_ffffL : b;
        long sx = narrow ? (int) a : a;
        long sy = narrow ? (int) b : b;
        switch (code) {
            case Opcode.JEQ:
                return x == y;
            case Opcode.JNE:
                return x != y;
            case Opcode.JGT:
                return Long.compareUnsigned(x, y) > 0;
            case Opcode.JGE:
                return Long.compareUnsigned(x, y) >= 0;
            case Opcode.JLT:
                return Long.compareUnsigned(x, y) < 0;
            case Opcode.JLE:
                return Long.compareUnsigned(x, y) <= 0;
            case Opcode.JSGT:
                return sx > sy;
            case Opcode.JSGE:
                return sx >= sy;
            case Opcode.JSLT:
                return sx < sy;
            case Opcode.JSLE:
                return sx <= sy;
            case Opcode.JSET:
                return (x & y) != 0;
            default:
                return (x & y) == 0;
        }
    }

    @Test
    void truncationAndSignExtensionStayInside() {
        Random random = new Random(SEED);
        for (int round = 0; round < 4 * ROUNDS; round++) {
            long v = number(random);
            Ranges r = around(random, v);
            int bytes = 1 << random.nextInt(4);
            int unused = 64 - 8 * bytes;
            assertThat(r.truncate(bytes).contains(v << unused >>> unused))
                    .as("seed %d round %d: low %d bytes of %d in (%s)", SEED, round, bytes, v, r)
                    .isTrue();
            if (bytes < 8) {
                boolean to32 = random.nextBoolean();
                long extended = v << unused >> unused;
                assertThat(r.signExtend(bytes, to32).contains(to32 ? extended & 0xffff_ffffL : extended))
                        .as("seed %d round %d: %d bytes of %d in (%s) sign-extended", SEED, round, bytes, v, r)
                        .isTrue();
            }
        }
    }

    @Test
    void aUnionHoldsBothSides() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            long a = number(random);
            long b = number(random);
            Ranges union = around(random, a).union(around(random, b));
            assertThat(union.contains(a) && union.contains(b))
                    .as("seed %d round %d: %d and %d in (%s)", SEED, round, a, b, union)
                    .isTrue();
        }
    }
}
