package org.bpfsim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.bpfsim.scenario.yaml.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioLoaderTest {
    private static final Path LIBRARY = Path.of("library");

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"quickstart", "tiny", "aa", "dctcp-queue", "cubic-queue", "rollout"})
    void theLibraryLoadsWithItsPrograms(String name) {
        Loaded loaded = ScenarioLoader.load(LIBRARY.resolve(name + ".yaml"));
        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.experiment().orElseThrow().scenario().name()).isEqualTo(name);
    }

    @Test
    void anAbsentScenarioIsAProblem() {
        assertThat(said(temp.resolve("no.yaml")))
                .isEqualTo(temp.resolve("no.yaml") + ": cannot be read: there is no such file. Check the path.");
    }

    @Test
    void aScenarioThatIsNoTextIsAProblem() throws IOException {
        Path file = Files.write(temp.resolve("x.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(said(file)).isEqualTo(file + ": this is no text in UTF-8. Save it as UTF-8.");
    }

    @Test
    void anAbsentObjectIsAProblemAtItsPlace() throws IOException {
        Path file = withArm("{share: 10%, attach: [{object: gone.o}]}");
        assertThat(said(file))
                .isEqualTo(
                        file
                                + ":4:37: object gone.o cannot be read: there is no such file. Paths are relative to the scenario file.");
    }

    @Test
    void aTruncatedObjectIsAProblemAtItsPlace() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("programs/dctcp.bpf.o"));
        Files.write(temp.resolve("cut.o"), Arrays.copyOf(whole, whole.length / 2));
        Path file = withArm("{share: 10%, attach: [{object: cut.o}]}");
        assertThat(said(file)).startsWith(file + ":4:37: cut.o: ").doesNotContain("Exception");
    }

    @Test
    void anObjectThatIsNoObjectIsAProblemAtItsPlace() throws IOException {
        Files.writeString(temp.resolve("text.o"), "int main() {}");
        Path file = withArm("{share: 10%, attach: [{object: text.o}]}");
        assertThat(said(file)).startsWith(file + ":4:37: text.o: ").doesNotContain("Exception");
    }

    @Test
    void theWrongTypeIsAProblemAtItsPlace() throws IOException {
        copy("distance_tune.bpf.o");
        Path file = withArm("{share: 10%, attach: [{object: distance_tune.bpf.o, type: struct_ops}]}");
        assertThat(said(file))
                .isEqualTo(
                        file
                                + ":4:28: distance_tune.bpf.o has no struct_ops congestion control. Leave `type` out to attach what it has.");
    }

    @Test
    void aCongestionControlThatNothingSwitchesToIsAProblem() throws IOException {
        copy("dctcp.bpf.o");
        Path file = withArm("{share: 10%, attach: [{object: dctcp.bpf.o}]}");
        assertThat(said(file))
                .startsWith(file + ":4:28: the arm brings a congestion control, and nothing makes its flows use it.");
    }

    @Test
    void aCongestionControlMayComeFromAnObject() throws IOException {
        copy("dctcp.bpf.o");
        String arm = "{share: 10%, attach: [{object: dctcp.bpf.o}]}";
        assertThat(said(withArm(arm, "bpf_dctcp_dc"))).isEmpty();
        assertThat(said(withArm(arm, "vegas"))).contains("there is no congestion control \"vegas\". Hosts have ");
    }

    @Test
    void twoArmsMayNameOneCongestionControl() throws IOException {
        copy("dctcp.bpf.o");
        String arm = "{share: 10%, attach: [{object: dctcp.bpf.o}]}";
        assertThat(said(withArm(arm + "\n  b: " + arm, "bpf_dctcp_dc"))).isEmpty();
    }

    private void copy(String object) throws IOException {
        Files.copy(Path.of("programs").resolve(object), temp.resolve(object));
    }

    private Path withArm(String arm) throws IOException {
        return withArm(arm, "cubic");
    }

    private Path withArm(String arm, String congestionControl) throws IOException {
        return Files.writeString(
                temp.resolve("x.yaml"),
                "name: x\nworkload: [{rpc: {sizes: {fixed: 1KB}, load: 1%}}]\narms:\n  a: " + arm
                        + "\nnetwork: {topology: {star: {hosts: 2}}}\nhosts: {sysctl: {net.ipv4.tcp_congestion_control: "
                        + congestionControl + "}}\n");
    }

    private static String said(Path file) {
        return ScenarioLoader.load(file).problems().stream()
                .map(Problem::toString)
                .collect(Collectors.joining("\n"));
    }
}
