package org.bpfsim.bpf.helper;

import java.util.List;
import org.bpfsim.bpf.map.ElementTimers;
import org.bpfsim.bpf.map.MapInstance;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.types.AccessViolation;

/** Helpers on {@code struct bpf_timer} (man 7 bpf-helpers; Linux 6.12: kernel/bpf/helpers.c). What they do is in {@link ElementTimers}. */
final class TimerHelpers {
    static final List<Helper> ALL = List.of(
            Helper.of("bpf_timer_init", (call, timer, map, flags, d, e) -> {
                MapInstance owner = owner(call, timer);
                return owner.timers().init(place(owner, timer), flags);
            }),
            Helper.of("bpf_timer_set_callback", (call, timer, function, c, d, e) -> {
                MapInstance owner = owner(call, timer);
                return owner.timers().setCallback(place(owner, timer), call.program(), function);
            }),
            Helper.of("bpf_timer_start", (call, timer, ns, flags, d, e) -> {
                MapInstance owner = owner(call, timer);
                return owner.timers()
                        .start(place(owner, timer), ns, flags, call.services().clockNs());
            }),
            Helper.of("bpf_timer_cancel", (call, timer, b, c, d, e) -> {
                MapInstance owner = owner(call, timer);
                return owner.timers().cancel(place(owner, timer));
            }));

    private TimerHelpers() {}

    /** The map whose value a timer lies in: the verifier has seen that it is there. */
    private static MapInstance owner(HelperCall call, long timer) {
        int index = AddressLayout.mapOfValues(AddressLayout.region(timer));
        List<MapInstance> maps = call.maps();
        if (index < 0 || index >= maps.size() || maps.get(index).timers() == null) {
            throw new AccessViolation("a bpf_timer in the value of a map is expected");
        }
        return maps.get(index);
    }

    private static int place(MapInstance owner, long timer) {
        return owner.placeOf(AddressLayout.offset(timer));
    }
}
