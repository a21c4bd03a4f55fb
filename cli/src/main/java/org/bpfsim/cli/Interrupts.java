package org.bpfsim.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C (or SIGTERM) asks the work to stop and gives it some seconds to end in order: to remove what
 * is half written and to tell the user how to go on. The JVM then exits with 130 (or 143) by itself.
 */
final class Interrupts implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean interrupted;

    Interrupts(Runnable stop) {
        hook = new Thread(
                () -> {
                    interrupted = true;
                    stop.run();
                    try {
                        ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "bpfsim-interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean interrupted() {
        return interrupted;
    }

    @Override
    public void close() {
        ended.countDown();
        if (!interrupted) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // The signal came this very moment; the hook finds the work ended.
            }
        }
    }
}
