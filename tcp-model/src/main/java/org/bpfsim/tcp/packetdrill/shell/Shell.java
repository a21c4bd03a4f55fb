package org.bpfsim.tcp.packetdrill.shell;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bpfsim.tcp.packetdrill.files.ScratchFiles;
import org.bpfsim.tcp.segment.IpAddress;
import org.bpfsim.tcp.sock.HostKernel;
import org.bpfsim.tcp.sock.Routes;
import org.bpfsim.tcp.sock.Sysctls;

/**
 * Follows shell lines as far as they set up the host: sysctls, caches, queueing disciplines. A shell script that a line
 * names is read, and its lines are followed likewise. As in a shell, a line that fails does not stop the next one, and
 * the last one decides the result. A sysctl that is not modelled is noted and passed over: whether a script depends on
 * it, its packets show.
 */
public final class Shell {
    private static final String PROC = "/proc/sys/";
    private static final int MAX_DEPTH = 8;

    private final Sysctls sysctls;
    private final Path folder;
    private final Supplier<List<String>> sockets;
    private final HostKernel kernel;
    private final NetDevice device;
    private final ScratchFiles disk;
    private final Map<String, Command> commands = new TreeMap<>();
    private final Map<String, String> saved = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int depth;

    /**
     * @param kernel the host's, for counters and caches
     * @param folder against which scripts are named, or null if there is none
     * @param sockets lines of /proc/net/tcp
     * @param disk where lines make files
     * @param device the host's
     */
    public Shell(HostKernel kernel, Path folder, Supplier<List<String>> sockets, ScratchFiles disk, NetDevice device) {
        this.sysctls = kernel.sysctls;
        this.folder = folder;
        this.sockets = sockets;
        this.kernel = kernel;
        this.device = device;
        this.disk = disk;
        commands.put("grep", this::grep);
        commands.put("sysctl", (words, input) -> sysctl(words));
        commands.put("echo", (words, input) -> new ShellResult(0, String.join(" ", words.subList(1, words.size()))));
        commands.put("set_sysctls.py", (words, input) -> setAndSave(words));
        commands.put("ip", (words, input) -> ip(words));
        commands.put("tc", (words, input) -> tc(words));
        commands.put("ethtool", (words, input) -> ethtool(words));
        commands.put("dd", (words, input) -> dd(words));
        commands.put("rm", (words, input) -> rm(words));
        commands.put("nstat", new Nstat(kernel.mib));
        commands.put("true", (words, input) -> ShellResult.OK);
        commands.put("sleep", (words, input) -> ShellResult.OK);
    }

    /** What could not be followed and was passed over, as a shell script without "set -e" does. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** Follows some lines. */
    public ShellResult run(String text) {
        List<ShellWords.Line> lines;
        try {
            lines = ShellWords.split(text);
        } catch (IllegalArgumentException e) {
            return ShellResult.failed(e.getMessage());
        }
        ShellResult result = ShellResult.OK;
        String piped = "";
        for (ShellWords.Line line : lines) {
            result = run(line, line.pipedInto() ? piped : "");
            piped = result.output();
            if (result.status() != 0 && !result.output().isEmpty()) {
                notes.add(result.output());
            }
        }
        return result;
    }

    private ShellResult run(ShellWords.Line line, String input) {
        String name = line.words().get(0);
        String base = name.substring(name.lastIndexOf('/') + 1);
        if (base.startsWith("sysctl_restore_")) {
            return restore();
        }
        Command command = commands.get(base);
        if (command == null) {
            return base.endsWith(".sh") ? script(name) : ShellResult.unknown("command not modelled: " + name);
        }
        ShellResult result = command.run(line.words(), input);
        if (line.target() != null && line.target().startsWith(PROC)) {
            return write(line.target(), result.output());
        }
        return result;
    }

    private ShellResult script(String name) {
        if (folder == null || depth == MAX_DEPTH) {
            return ShellResult.unknown("shell script not found: " + name);
        }
        String text;
        try {
            text = Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ShellResult.unknown("shell script not found: " + name);
        }
        depth++;
        run(text);
        depth--;
        return ShellResult.OK;
    }

    /** {@code ethtool -K DEVICE tso off gso off}. */
    private ShellResult ethtool(List<String> words) {
        String line = String.join(" ", words);
        if (!line.matches("ethtool -K \\S+ (tso off gso off|gso off tso off)")) {
            return ShellResult.unknown("not modelled: " + line);
        }
        device.segmentationOff();
        return ShellResult.OK;
    }

    /** Lines of the host's table of sockets, or of what is piped in, that contain a text. */
    private ShellResult grep(List<String> words, String input) {
        if (words.size() < 2 || words.get(1).startsWith("-")) {
            return ShellResult.unknown("not modelled: " + String.join(" ", words));
        }
        List<String> lines = new ArrayList<>();
        if (words.size() == 2) {
            input.lines().forEach(lines::add);
        }
        for (String file : words.subList(2, words.size())) {
            if (file.equals("/proc/net/tcp")) {
                lines.addAll(sockets.get());
            } else if (!file.equals("/proc/net/tcp6")) {
                return new ShellResult(2, "not modelled: " + file);
            }
        }
        lines.removeIf(line -> !line.contains(words.get(1)));
        return new ShellResult(lines.isEmpty() ? 1 : 0, String.join("\n", lines));
    }

    private ShellResult sysctl(List<String> words) {
        ShellResult result = ShellResult.OK;
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                ShellResult one = set(word.substring(0, equals).replace('/', '.'), word.substring(equals + 1));
                result = one.status() != 0 ? one : result;
            }
        }
        return result;
    }

    private ShellResult set(String name, String value) {
        if (!sysctls.names().contains(name)) {
            notes.add("sysctl " + name + "=" + value + " is not modelled");
            return ShellResult.OK;
        }
        try {
            sysctls.set(name, number(value.trim()));
            return ShellResult.OK;
        } catch (IllegalArgumentException e) {
            return ShellResult.failed(e.getMessage());
        }
    }

    /** The kernel reads 0x and octal numbers, too. */
    private static String number(String value) {
        return value.matches("0[xX][0-9a-fA-F]+") ? Long.toString(Long.decode(value)) : value;
    }

    private ShellResult write(String file, String value) {
        return set(file.substring(PROC.length()).replace('/', '.'), value);
    }

    /** Sets {@code /proc/sys/...=value} and remembers what was there. */
    private ShellResult setAndSave(List<String> words) {
        ShellResult result = ShellResult.OK;
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (equals < 0 || !word.startsWith(PROC)) {
                return ShellResult.failed("expected /proc/sys/...=value but found " + word);
            }
            String name = word.substring(PROC.length(), equals).replace('/', '.');
            if (sysctls.names().contains(name)) {
                saved.putIfAbsent(name, sysctls.get(name));
            }
            ShellResult one = set(name, word.substring(equals + 1));
            if (one.status() != 0) {
                notes.add(one.output());
            }
        }
        return result;
    }

    private ShellResult restore() {
        saved.forEach((name, value) -> set(name, value));
        saved.clear();
        return ShellResult.OK;
    }

    private ShellResult ip(List<String> line) {
        List<String> words = new ArrayList<>(line);
        if (words.contains("tcp_metrics")) {
            if (words.contains("flush")) {
                kernel.tcpMetrics.flush();
            }
            return ShellResult.OK;
        }
        words.remove("-4");
        words.remove("-6");
        if (words.size() > 3 && words.get(1).equals("route") && words.get(2).matches("change|replace|add")) {
            return route(words);
        }
        return ShellResult.failed("not modelled: " + String.join(" ", words));
    }

    /** {@code ip route change ADDRESS ... advmss N mtu [lock] N initcwnd N}; where it leads is passed over. */
    private ShellResult route(List<String> words) {
        int mtu = 0;
        boolean locked = false;
        int advmss = 0;
        int initcwnd = 0;
        try {
            for (int i = 4; i + 1 < words.size(); i += 2) {
                switch (words.get(i)) {
                    case "mtu" -> {
                        locked = words.get(i + 1).equals("lock");
                        i += locked ? 1 : 0;
                        mtu = Integer.parseInt(words.get(i + 1));
                    }
                    case "advmss" -> advmss = Integer.parseInt(words.get(i + 1));
                    case "initcwnd" -> initcwnd = Integer.parseInt(words.get(i + 1));
                    case "via", "dev", "proto", "scope", "src" -> {}
                    default -> {
                        return ShellResult.failed("not modelled: " + String.join(" ", words));
                    }
                }
            }
            kernel.routes.change(IpAddress.parse(words.get(3)), new Routes.Metrics(mtu, locked, advmss, initcwnd));
            return ShellResult.OK;
        } catch (IllegalArgumentException e) {
            return ShellResult.failed("ip route: " + e.getMessage());
        }
    }

    /** Makes a file of zeroes: {@code dd bs=1 count=5 if=/dev/zero of=/tmp/file}. */
    private ShellResult dd(List<String> words) {
        Map<String, String> operands =
                new TreeMap<>(Map.of("bs", "512", "count", "", "if", "", "of", "", "status", ""));
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (equals < 0 || operands.put(word.substring(0, equals), word.substring(equals + 1)) == null) {
                return ShellResult.failed("dd operand not modelled: " + word);
            }
        }
        if (!operands.get("if").equals("/dev/zero") || operands.get("of").isEmpty()) {
            return ShellResult.failed("dd is modelled from /dev/zero to a file only");
        }
        try {
            long bytes = Math.multiplyExact(Long.parseLong(operands.get("bs")), Long.parseLong(operands.get("count")));
            disk.create(operands.get("of"), bytes);
            return ShellResult.OK;
        } catch (NumberFormatException | ArithmeticException e) {
            return ShellResult.failed("dd: bs and count must be whole numbers");
        }
    }

    private ShellResult rm(List<String> words) {
        words.subList(1, words.size()).forEach(disk::remove);
        return ShellResult.OK;
    }

    /** A pfifo has no effect, for packets leave at once, unless it has no room at all. */
    private ShellResult tc(List<String> words) {
        boolean isGone = words.contains("delete") || words.contains("del");
        boolean hasNoRoom = String.join(" ", words).endsWith(" pfifo limit 0");
        if (!isGone && !hasNoRoom && (!words.contains("pfifo") || words.contains("limit"))) {
            return ShellResult.failed("queueing discipline not modelled: " + String.join(" ", words));
        }
        device.setDropsAll(hasNoRoom);
        return ShellResult.OK;
    }
}
