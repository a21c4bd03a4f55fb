package org.bpfsim.scenario.schema;

import java.util.List;
import org.bpfsim.scenario.model.NicSpec;

/** {@code hosts.nic}: names, units and defaults of ip-link(8). */
final class NicKeys {
    private static final int GSO_LEGACY_MAX_SIZE = 65_536;
    private static final int GSO_MAX_SEGMENTS = 65_535;

    private static final Key<Integer> GSO_MAX_SIZE = Key.optional(
            "gso_max_size",
            Scalars.integer(1_500, GSO_LEGACY_MAX_SIZE),
            Integer.toString(GSO_LEGACY_MAX_SIZE),
            "Most bytes of a packet that TCP hands over and the NIC cuts into segments (TSO).");

    private static final Key<Integer> GSO_MAX_SEGS = Key.optional(
            "gso_max_segs",
            Scalars.integer(1, GSO_MAX_SEGMENTS),
            Integer.toString(GSO_MAX_SEGMENTS),
            "Most segments of such a packet; with 1 TCP hands over segments one by one.");

    static final RecordType<NicSpec> NIC = RecordType.of(
            "NIC",
            "The network card of every host.",
            List.of(GSO_MAX_SIZE, GSO_MAX_SEGS),
            f -> new NicSpec(f.get(GSO_MAX_SIZE), f.get(GSO_MAX_SEGS)));

    private NicKeys() {}
}
