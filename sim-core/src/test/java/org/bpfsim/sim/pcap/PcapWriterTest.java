package org.bpfsim.sim.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bpfsim.sim.Scheduler;
import org.bpfsim.sim.SimTime;
import org.bpfsim.sim.link.LinkSpec;
import org.bpfsim.sim.link.Node;
import org.bpfsim.sim.link.QueueSpec;
import org.bpfsim.sim.packet.Packet;
import org.bpfsim.sim.packet.TestPacket;
import org.bpfsim.sim.topology.Network;
import org.bpfsim.sim.topology.SingleSwitch;
import org.bpfsim.sim.topology.SwitchSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapWriterTest {
    private record Captured(long timeNs, int length, byte[] bytes) {}

    /** Two hosts at 8 Gbit/s (a byte a nanosecond) send to each other; host 0 is captured in both directions. */
    private static byte[] capture(int snapBytes) throws IOException {
        Scheduler scheduler = new Scheduler();
        Network network = new SingleSwitch(
                        2,
                        new LinkSpec(8_000_000_000L, SimTime.PS_PER_US),
                        QueueSpec.UNBOUNDED,
                        SwitchSpec.separateQueues(QueueSpec.UNBOUNDED))
                .build(scheduler, 1);
        for (int h = 0; h < 2; h++) {
            network.attachHost(h, new Node() {
                @Override
                public void receive(Packet packet, int ingressPort) {}

                @Override
                public String name() {
                    return "sink";
                }
            });
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapWriter pcap = new PcapWriter(out, snapBytes)) {
            network.hostPort(0).setTap(pcap.outgoing());
            network.accessPort(0).setTap(pcap.incoming());
            for (int i = 0; i < 5; i++) {
                network.hostPort(0).send(TestPacket.of(i, 0, 1, 1000));
            }
            network.hostPort(1).send(TestPacket.of(9, 1, 0, 100)); // arrives at 2200 ns
            scheduler.run();
        }
        return out.toByteArray();
    }

    private static List<Captured> parse(byte[] file, int snapBytes) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(in.getInt()).isEqualTo(0xa1b23c4d);
        assertThat(in.getShort()).isEqualTo((short) 2);
        assertThat(in.getShort()).isEqualTo((short) 4);
        assertThat(in.getLong()).isZero();
        assertThat(in.getInt()).isEqualTo(snapBytes);
        assertThat(in.getInt()).isEqualTo(101);
        List<Captured> records = new ArrayList<>();
        while (in.hasRemaining()) {
            long timeNs = in.getInt() * 1_000_000_000L + in.getInt();
            byte[] bytes = new byte[in.getInt()];
            int length = in.getInt();
            in.get(bytes);
            records.add(new Captured(timeNs, length, bytes));
        }
        return records;
    }

    @Test
    void recordsAreInOrderOfTimeAcrossDirections() throws IOException {
        List<Captured> records = parse(capture(PcapWriter.WHOLE_PACKETS), PcapWriter.WHOLE_PACKETS);
        assertThat(records).extracting(Captured::timeNs).containsExactly(0L, 1000L, 2000L, 2200L, 3000L, 4000L);
        assertThat(records).extracting(Captured::length).containsExactly(1000, 1000, 1000, 100, 1000, 1000);
        assertThat(records.get(3).bytes()).hasSize(100).startsWith(0x45);
    }

    @Test
    void longPacketsAreCutButTheirLengthIsKept() throws IOException {
        List<Captured> records = parse(capture(40), 40);
        assertThat(records.get(0).bytes()).hasSize(40);
        assertThat(records.get(0).length()).isEqualTo(1000);
    }

    @Test
    void timesBeyondASecondCarryOver() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PcapWriter pcap = new PcapWriter(out)) {
            long timePs = SimTime.fromSeconds(3) + SimTime.fromNanos(123_456_789);
            pcap.incoming().onArrival(timePs, TestPacket.of(1, 0, 1, 60));
        }
        assertThat(parse(out.toByteArray(), PcapWriter.WHOLE_PACKETS).get(0).timeNs())
                .isEqualTo(3_123_456_789L);
    }

    @Test
    void failureToWriteSurfaces() throws IOException {
        OutputStream full = new OutputStream() {
            private int left = 30;

            @Override
            public void write(int b) throws IOException {
                if (left-- == 0) {
                    throw new IOException("no space left on device");
                }
            }
        };
        PcapWriter pcap = new PcapWriter(full);
        pcap.incoming().onArrival(0, TestPacket.of(1, 0, 1, 60));
        assertThatThrownBy(() -> pcap.incoming().onArrival(5, TestPacket.of(1, 0, 1, 60)))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("no space left on device");
    }

    @Test
    void tsharkReadsIt(@TempDir Path folder) throws Exception {
        assumeTrue(tsharkIsInstalled(), "tshark is not installed");
        Path file = Files.write(folder.resolve("capture.pcap"), capture(PcapWriter.WHOLE_PACKETS));
        Process tshark = new ProcessBuilder(
                        "tshark",
                        "-n",
                        "-r",
                        file.toString(),
                        "-T",
                        "fields",
                        "-e",
                        "frame.time_relative",
                        "-e",
                        "ip.len")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tshark.waitFor()).isZero();
        assertThat(output.lines().map(line -> line.replace('\t', ' ')))
                .containsExactly(
                        "0.000000000 1000",
                        "0.000001000 1000",
                        "0.000002000 1000",
                        "0.000002200 100",
                        "0.000003000 1000",
                        "0.000004000 1000");
    }

    private static boolean tsharkIsInstalled() {
        try {
            Process process = new ProcessBuilder("tshark", "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
