package org.bpfsim.scenario.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bpfsim.scenario.Experiment;
import org.bpfsim.scenario.plan.PlannedRun;
import org.bpfsim.scenario.result.FolderLock;
import org.bpfsim.scenario.result.ResultException;
import org.bpfsim.scenario.result.ResultFolder;
import org.bpfsim.scenario.result.RunRecord;
import org.bpfsim.scenario.result.RunResult;
import org.bpfsim.scenario.world.Simulation;

/**
 * Does the runs of an experiment that its folder lacks, one per thread, and writes each as it ends. A runner is used
 * once; {@link #requestStop} may be called from any thread, a shutdown hook for example.
 */
public final class Runner {
    private static final long PROGRESS_PERIOD_MS = 100;

    private final Experiment experiment;
    private final Path folder;
    private final int threads;
    private final RunBody body;
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean stop;

    /**
     * A runner of simulations.
     *
     * @param folder where results go, see {@link ResultFolder#open}
     * @param threads at least 1
     */
    public Runner(Experiment experiment, Path folder, int threads) {
        this(experiment, folder, threads, simulation(experiment));
    }

    Runner(Experiment experiment, Path folder, int threads, RunBody body) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
        this.experiment = experiment;
        this.folder = folder;
        this.threads = threads;
        this.body = body;
    }

    static RunBody simulation(Experiment experiment) {
        return (run, control) -> Simulation.run(experiment.scenario(), experiment.programs(), run, control);
    }

    /** Gives up the runs that go on and starts no more; what is done stays. Returns at once. */
    public void requestStop() {
        stop = true;
    }

    /**
     * Does the runs.
     *
     * @param listener told now and then, on the calling thread, how far it is
     * @throws ResultException if results cannot be written; what was written before stays
     */
    @SuppressWarnings("try") // the lock is held, not used
    public Outcome run(Consumer<Progress> listener) throws ResultException {
        ResultFolder results = ResultFolder.open(folder, experiment.plan());
        try (FolderLock lock = results.lock()) {
            return run(results, listener);
        }
    }

    private Outcome run(ResultFolder results, Consumer<Progress> listener) throws ResultException {
        results.writeInputs(experiment.inputs());
        writeManifest(results);
        List<PlannedRun> missing = experiment.plan().runs().stream()
                .filter(run -> results.finished(run).isEmpty())
                .toList();
        int kept = experiment.plan().runs().size() - missing.size();
        try {
            runAll(missing, kept, results, listener);
        } catch (ResultException | RuntimeException | Error e) {
            try {
                writeManifest(results);
            } catch (ResultException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
        writeManifest(results);
        List<RunRecord> failed = experiment.plan().runs().stream()
                .flatMap(run -> results.finished(run).stream())
                .filter(record -> record.status().equals(RunRecord.FAILED))
                .toList();
        return new Outcome(
                folder,
                experiment.plan().runs().size(),
                kept,
                done.get(),
                failed,
                kept + done.get() < experiment.plan().runs().size());
    }

    private void writeManifest(ResultFolder results) throws ResultException {
        results.writeManifest(experiment.inputs(), experiment.scenario(), experiment.plan());
    }

    private void runAll(List<PlannedRun> missing, int kept, ResultFolder results, Consumer<Progress> listener)
            throws ResultException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<RunControl> controls = new ArrayList<>();
        List<Future<Void>> futures = new ArrayList<>();
        for (PlannedRun run : missing) {
            RunControl control = new RunControl(() -> stop);
            controls.add(control);
            futures.add(pool.submit(() -> {
                runOne(run, control, results);
                return null;
            }));
        }
        pool.shutdown();
        try {
            for (Future<Void> future : futures) {
                await(future, () -> listener.accept(progress(kept, controls)));
            }
            listener.accept(progress(kept, controls));
        } catch (ExecutionException e) {
            stop = true;
            if (e.getCause() instanceof ResultException problem) {
                throw problem;
            }
            if (e.getCause() instanceof Error ours) {
                throw ours;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            stop = true;
            Thread.currentThread().interrupt();
        } finally {
            join(pool);
        }
    }

    private void runOne(PlannedRun run, RunControl control, ResultFolder results) throws ResultException {
        if (stop) {
            return;
        }
        try {
            Optional<RunResult> result = body.simulate(run, control);
            if (result.isPresent()) {
                results.writeRun(result.get());
                control.reached(1);
                done.incrementAndGet();
            }
        } catch (RuntimeException | AssertionError e) {
            stop = true;
            throw new AssertionError("run " + run.id() + " ended with an error of ours: " + e, e);
        } catch (ResultException | Error e) {
            stop = true;
            throw e;
        }
    }

    private static void await(Future<Void> future, Runnable meanwhile) throws ExecutionException, InterruptedException {
        while (true) {
            try {
                future.get(PROGRESS_PERIOD_MS, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                meanwhile.run();
            }
        }
    }

    /** Waits until no thread writes results any more. */
    private static void join(ExecutorService pool) {
        boolean interrupted = Thread.interrupted();
        while (!pool.isTerminated()) {
            try {
                pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Progress progress(int kept, List<RunControl> controls) {
        double work = controls.stream().mapToDouble(RunControl::fraction).sum();
        return new Progress(
                kept + done.get(), experiment.plan().runs().size(), controls.isEmpty() ? 1 : work / controls.size());
    }
}
