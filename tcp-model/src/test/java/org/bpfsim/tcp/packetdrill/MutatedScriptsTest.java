package org.bpfsim.tcp.packetdrill;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts with mistakes of any kind end with a result, never with another exception and never without end. */
class MutatedScriptsTest {
    private static final int MUTATIONS = 150;
    private static final long SEED = 6;
    private static final String CHARACTERS = "0123456789.:(),<>+-~*%{}[]`'\"=|SFRPEW \nack sack win -1 4294967295 0x7f";

    static Iterable<Path> scripts() throws IOException, URISyntaxException {
        return PacketdrillTest.scripts();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scripts")
    void mistakesGiveAResult(Path script) throws IOException {
        String text = Files.readString(script, StandardCharsets.UTF_8);
        Random random = new Random(SEED + text.length());
        Packetdrill packetdrill = new Packetdrill(Settings.DEFAULT);
        for (int i = 0; i < MUTATIONS; i++) {
            String mutated = mutate(text, random);
            try {
                packetdrill.run("mutated.pkt", mutated);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("mutation " + i + " of " + script.getFileName() + ":\n" + mutated, e);
            }
        }
    }

    private static String mutate(String text, Random random) {
        StringBuilder b = new StringBuilder(text);
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(b.length());
            int end = Math.min(b.length(), at + random.nextInt(6));
            switch (random.nextInt(3)) {
                case 0 -> b.delete(at, end);
                case 1 -> b.insert(at, b.substring(at, end));
                default -> b.setCharAt(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
            }
        }
        return b.toString();
    }
}
