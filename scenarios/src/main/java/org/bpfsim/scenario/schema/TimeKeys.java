package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Optional;
import org.bpfsim.scenario.model.ArrivalSpec;
import org.bpfsim.scenario.model.TimeSpec;

/** How long something takes, and when clients ask. */
final class TimeKeys {
    private static final Key<Long> MIN = Key.required("min", Units.duration(), "Shortest time.", "5us");
    private static final Key<Long> MAX = Key.required("max", Units.duration(), "Longest time.", "20us");
    private static final RecordType<TimeSpec> UNIFORM = RecordType.checked(
            "Uniform times", "Every time between two bounds with the same probability.", List.of(MIN, MAX), f -> {
                if (f.get(MIN) > f.get(MAX)) {
                    f.problem(MAX, "`max` is shorter than `min`.", "Exchange the two.");
                    return Optional.empty();
                }
                return Optional.of(new TimeSpec.Uniform(f.get(MIN), f.get(MAX)));
            });
    static final OneOf<TimeSpec> TIMES = new OneOf<>(
            "Times",
            "How long something takes, each time anew.",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "fixed",
                            new Converted<Long, TimeSpec>(
                                    Units.duration(), (ps, report) -> Optional.of(new TimeSpec.Fixed(ps))),
                            "Always the same.",
                            "10us"),
                    new OneOf.Form<>("uniform", UNIFORM, "Between two bounds.", "{min: 5us, max: 20us}"),
                    new OneOf.Form<>(
                            "exponential",
                            new Converted<Long, TimeSpec>(
                                    Units.positiveDuration(),
                                    (ps, report) -> Optional.of(new TimeSpec.Exponential(ps))),
                            "Exponential; the value is the mean.",
                            "10us")));

    private static final Key<Integer> USERS =
            Key.required("users", Scalars.integer(1, 1_000_000), "How many, on each client host.", "16");
    private static final Key<TimeSpec> THINK =
            Key.maybe("think", TIMES, "no time", "From an answer to the user's next request.", "{exponential: 1ms}");
    private static final RecordType<ArrivalSpec> CLOSED = RecordType.of(
            "Closed loop",
            "Users, each of whom asks, waits for the answer, thinks, and asks again.",
            List.of(USERS, THINK),
            f -> new ArrivalSpec.Closed(f.get(USERS), f.find(THINK).orElse(new TimeSpec.Fixed(0))));

    static final OneOf<ArrivalSpec> ARRIVALS = new OneOf<>(
            "Arrivals",
            "When clients ask. With `rate` and `load` they ask at random times (Poisson), whether answers have come or not"
                    + " (an open loop).",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "rate",
                            new Converted<Long, ArrivalSpec>(
                                    Units.frequency(), (hz, report) -> Optional.of(new ArrivalSpec.Rate(hz))),
                            "So often from each client host.",
                            "20k/s"),
                    new OneOf.Form<>(
                            "load",
                            new Converted<>(Units.fraction(0, 150), (share, report) -> {
                                if (share.partsPerBillion() == 0) {
                                    report.problem("load 0 asks nothing.", "Write a share above zero.");
                                    return Optional.empty();
                                }
                                return Optional.of(new ArrivalSpec.Load(share));
                            }),
                            "So often that the answers to a client host are this share of its link's rate, payload and"
                                    + " headers.",
                            "30%"),
                    new OneOf.Form<>("closed", CLOSED, "A closed loop.", "{users: 16, think: {exponential: 1ms}}")));

    private TimeKeys() {}
}
