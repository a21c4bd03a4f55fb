package org.bpfsim.scenario.result;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two processes from writing one folder at a time. The operating system releases it if the process dies; the file
 * {@code .lock} that then stays behind is in nobody's way.
 */
public final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Locks a folder that exists. */
    static FolderLock of(Path folder) throws IOException, ResultException {
        Path file = folder.resolve(".lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new ResultException(
                    folder, "another bpfsim is writing these results now.", "Wait for it, or use --out.");
        }
        return new FolderLock(file, channel);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        }
    }

    @Override
    public void close() throws ResultException {
        try {
            Files.deleteIfExists(file);
            channel.close();
        } catch (IOException e) {
            throw new ResultException(file, "cannot be removed: " + e.getMessage() + ".", "Remove it by hand.", e);
        }
    }
}
