package org.bpfsim.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example is compiled and run as it stands there. */
class ReadmeTest {
    /** Ethernet, IPv4 and TCP to port 80. */
    private static final String PACKET = "0a0b0c0d0e0f01020304050608004500002800010000400666cd0a0000010a00000204d20050"
            + "0000000100000000500203e8000000007061796c6f6164212121";

    @TempDir
    Path temp;

    private static String example() throws Exception {
        Matcher block =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("README.md")));
        assertThat(block.find()).as("README.md has a block of Java").isTrue();
        return block.group(1);
    }

    @Test
    void exampleHasLessThan20LinesOfCode() throws Exception {
        List<String> code = example()
                .lines()
                .filter(l -> !l.isBlank() && !l.startsWith("import "))
                .toList();

        assertThat(code).hasSizeLessThan(20);
    }

    @Test
    void exampleCompilesAndRuns() throws Exception {
        Path source = Files.writeString(temp.resolve("RunOnPacket.java"), example());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        String classPath = classPath();
        int status = compiler.run(
                null, null, errors, "-proc:none", "-d", temp.toString(), "-cp", classPath, source.toString());
        assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();

        String printed = run("src/test/bpf/packets.bpf.o", "reflect", PACKET);

        assertThat(printed).startsWith("verdict 3, packet 0102030405060a0b0c0d0e0f0800");
        assertThat(run("src/test/bpf/maps.bpf.o", "walks", PACKET))
                .contains("numbers [{")
                .contains("verdict 1,");
    }

    /** Where the engine's classes are, whatever started the tests. */
    private static String classPath() throws Exception {
        String here = Path.of(LittleEndian.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        return here + File.pathSeparator + System.getProperty("java.class.path");
    }

    private String run(String... args) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {temp.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
            Method main = loader.loadClass("RunOnPacket").getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            main.invoke(null, (Object) args);
        } finally {
            System.setOut(out);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
