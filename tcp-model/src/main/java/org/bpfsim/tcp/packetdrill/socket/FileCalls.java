package org.bpfsim.tcp.packetdrill.socket;

import java.util.List;
import java.util.Map;
import org.bpfsim.tcp.packetdrill.files.ScratchFiles;
import org.bpfsim.tcp.packetdrill.script.Expression;

/** open(), pipe(), sendfile() and splice(): data that goes between files and sockets without the process. */
final class FileCalls {
    private static final int ENOENT = 2;

    private final FileTable files;
    private final ScratchFiles disk;
    private final DataCalls data;

    /** An ordinary file that is open: so many bytes, and how many of them were read. */
    static final class DiskFile implements OpenFile {
        private final long size;
        private long position;

        DiskFile(long size) {
            this.size = size;
        }
    }

    /** Both ends of a pipe: so many bytes are in it. */
    static final class PipeFile implements OpenFile {
        private static final int CAPACITY = 65_536;

        private int bytes;
    }

    FileCalls(FileTable files, ScratchFiles disk, DataCalls data) {
        this.files = files;
        this.disk = disk;
        this.data = data;
    }

    void addTo(Map<String, SystemCalls.Maker> calls) {
        calls.put("open", this::open);
        calls.put("pipe", (a, r) -> pipe(a));
        calls.put("sendfile", (a, r) -> sendFile(a));
        calls.put("splice", (a, r) -> splice(a));
    }

    private PendingCall open(Arguments a, Expression result) {
        a.expect(2, 3);
        if (!(a.get(0) instanceof Expression.Text path)) {
            throw new CallException("expected a path in quotes but found " + a.get(0));
        }
        if (a.number(1) != Constants.O_RDONLY) {
            throw new CallException("open() is modelled for O_RDONLY only");
        }
        return () -> {
            long size = disk.size(path.value());
            if (size < 0) {
                return -ENOENT;
            }
            files.put((int) Arguments.value(result), new DiskFile(size));
            return 0;
        };
    }

    private PendingCall pipe(Arguments a) {
        a.expect(1, 1);
        List<Expression> ends = Arguments.items(a.get(0));
        if (ends.size() != 2) {
            throw new CallException("expected [read end, write end] but found " + a.get(0));
        }
        return () -> {
            PipeFile pipe = new PipeFile();
            for (Expression end : ends) {
                files.put((int) Arguments.value(end), pipe);
            }
            return 0;
        };
    }

    private PendingCall sendFile(Arguments a) {
        a.expect(4, 4);
        SocketFile out = files.socket(a.integer(0));
        if (!(files.get(a.integer(1)) instanceof DiskFile in)) {
            throw new CallException("sendfile() is modelled from ordinary files to sockets only");
        }
        boolean givesOffset = !(a.get(2) instanceof Expression.Name); // else NULL
        long offset = givesOffset ? a.boxed(2) : in.position;
        long bytes = Math.max(0, Math.min(a.number(3), in.size - offset));
        PendingCall write = data.write(out, bytes);
        return () -> {
            long result = bytes == 0 ? 0 : write.attempt();
            if (result > 0 && !givesOffset) {
                in.position += result;
            }
            return result;
        };
    }

    private PendingCall splice(Arguments a) {
        a.expect(6, 6);
        OpenFile in = files.get(a.integer(0));
        OpenFile out = files.get(a.integer(2));
        int bytes = a.integer(4);
        if (in instanceof SocketFile socket && out instanceof PipeFile pipe) {
            return () -> {
                int room = Math.min(bytes, PipeFile.CAPACITY - pipe.bytes);
                long result = data.spliceFrom(socket, room);
                pipe.bytes += (int) Math.max(0, result);
                return result;
            };
        }
        if (in instanceof PipeFile pipe && out instanceof SocketFile socket) {
            PendingCall write = data.write(socket, Math.min(bytes, pipe.bytes));
            return () -> {
                long result = write.attempt();
                if (result > 0) {
                    pipe.bytes -= (int) result;
                }
                return result;
            };
        }
        throw new CallException("splice() is modelled between a socket and a pipe only");
    }
}
