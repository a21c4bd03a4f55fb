package org.bpfsim.tcp.bpf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bpfsim.bpf.inspect.PrettyJson;
import org.bpfsim.bpf.program.StructOpsMap;

/**
 * A struct_ops map as {@code bpftool map dump} prints it, in the form of the commit that introduced such maps (85d33df357b6,
 * "bpf: Introduce BPF_MAP_TYPE_STRUCT_OPS"): {@code struct bpf_struct_ops_tcp_congestion_ops}.
 */
final class StructOpsDump {
    private static final String[] FUNCTIONS = {
        "init",
        "release",
        "ssthresh",
        "cong_avoid",
        "set_state",
        "cwnd_event",
        "in_ack_event",
        "undo_cwnd",
        "pkts_acked",
        "min_tso_segs",
        "sndbuf_expand",
        "cong_control",
        "get_info"
    };

    private static final int NAME_BYTES = 16;

    private StructOpsDump() {}

    static String text(StructOpsMap map, int references, int state) {
        boolean isSet = state != StructOpsRegistration.State.INIT.ordinal();
        PrettyJson json = new PrettyJson();
        json.beginArray().beginObject().name("value").beginObject();
        json.name("refcnt").beginObject().name("refs").beginObject();
        number(json, "counter", references).endObject().endObject();
        number(json, "state", state);
        json.name("data").beginObject();
        json.name("list").beginObject();
        number(json, "next", 0);
        number(json, "prev", 0).endObject();
        number(json, "key", 0);
        number(json, "flags", isSet ? map.number("flags") : 0);
        for (String function : FUNCTIONS) {
            // Before the element is updated, all of it is zero.
            number(
                    json,
                    function,
                    isSet ? map.program(function).map(p -> p.id()).orElse(0) : 0);
        }
        json.name("name").beginArray();
        byte[] name = map.string("name").getBytes(StandardCharsets.ISO_8859_1);
        for (byte b : Arrays.copyOf(isSet ? name : new byte[0], NAME_BYTES)) {
            json.raw(Byte.toString(b));
        }
        json.endArray();
        number(json, "owner", 0).endObject().endObject().endObject().endArray();
        return json + "\n";
    }

    private static PrettyJson number(PrettyJson json, String name, long value) {
        return json.name(name).raw(Long.toString(value));
    }
}
