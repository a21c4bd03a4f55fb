package org.bpfsim.bpf.verifier;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bpfsim.bpf.object.MapType;

/** Which helpers go with which maps (Linux 6.12: {@code check_map_func_compatibility()}). */
final class MapHelperRules {
    /** Maps that only these helpers take. */
    private static final Map<MapType, Set<String>> BY_MAP = new EnumMap<>(MapType.class);

    /** Helpers that only take these maps. */
    private static final Map<String, Set<MapType>> BY_HELPER = new HashMap<>();

    static {
        map(MapType.PROG_ARRAY, "tail_call");
        map(
                MapType.PERF_EVENT_ARRAY,
                "perf_event_read",
                "perf_event_output",
                "skb_output",
                "perf_event_read_value",
                "xdp_output");
        map(
                MapType.RINGBUF,
                "ringbuf_output",
                "ringbuf_reserve",
                "ringbuf_query",
                "ringbuf_reserve_dynptr",
                "ringbuf_submit_dynptr",
                "ringbuf_discard_dynptr");
        map(MapType.USER_RINGBUF, "user_ringbuf_drain");
        map(MapType.STACK_TRACE, "get_stackid");
        map(MapType.CGROUP_ARRAY, "skb_under_cgroup", "current_task_under_cgroup");
        map(MapType.CGROUP_STORAGE, "get_local_storage");
        map(MapType.PERCPU_CGROUP_STORAGE, "get_local_storage");
        map(MapType.DEVMAP, "redirect_map", "map_lookup_elem");
        map(MapType.DEVMAP_HASH, "redirect_map", "map_lookup_elem");
        map(MapType.CPUMAP, "redirect_map");
        map(MapType.XSKMAP, "redirect_map", "map_lookup_elem");
        map(MapType.ARRAY_OF_MAPS, "map_lookup_elem");
        map(MapType.HASH_OF_MAPS, "map_lookup_elem");
        map(
                MapType.SOCKMAP,
                "sk_redirect_map",
                "sock_map_update",
                "msg_redirect_map",
                "sk_select_reuseport",
                "map_lookup_elem",
                "map_update_elem",
                "map_delete_elem");
        map(
                MapType.SOCKHASH,
                "sk_redirect_hash",
                "sock_hash_update",
                "msg_redirect_hash",
                "sk_select_reuseport",
                "map_lookup_elem",
                "map_update_elem",
                "map_delete_elem");
        map(MapType.REUSEPORT_SOCKARRAY, "sk_select_reuseport");
        map(MapType.QUEUE, "map_peek_elem", "map_pop_elem", "map_push_elem");
        map(MapType.STACK, "map_peek_elem", "map_pop_elem", "map_push_elem");
        map(MapType.SK_STORAGE, "sk_storage_get", "sk_storage_delete", "kptr_xchg");
        map(MapType.INODE_STORAGE, "inode_storage_get", "inode_storage_delete", "kptr_xchg");
        map(MapType.TASK_STORAGE, "task_storage_get", "task_storage_delete", "kptr_xchg");
        map(MapType.CGRP_STORAGE, "cgrp_storage_get", "cgrp_storage_delete", "kptr_xchg");
        map(MapType.BLOOM_FILTER, "map_peek_elem", "map_push_elem");
        for (String h :
                Set.of("perf_event_read", "perf_event_output", "perf_event_read_value", "skb_output", "xdp_output")) {
            helper(h, MapType.PERF_EVENT_ARRAY);
        }
        for (String h : Set.of(
                "ringbuf_output",
                "ringbuf_reserve",
                "ringbuf_query",
                "ringbuf_reserve_dynptr",
                "ringbuf_submit_dynptr",
                "ringbuf_discard_dynptr")) {
            helper(h, MapType.RINGBUF);
        }
        helper("tail_call", MapType.PROG_ARRAY);
        helper("user_ringbuf_drain", MapType.USER_RINGBUF);
        helper("get_stackid", MapType.STACK_TRACE);
        helper("current_task_under_cgroup", MapType.CGROUP_ARRAY);
        helper("skb_under_cgroup", MapType.CGROUP_ARRAY);
        helper("redirect_map", MapType.DEVMAP, MapType.DEVMAP_HASH, MapType.CPUMAP, MapType.XSKMAP);
        helper("sk_redirect_map", MapType.SOCKMAP);
        helper("msg_redirect_map", MapType.SOCKMAP);
        helper("sock_map_update", MapType.SOCKMAP);
        helper("sk_redirect_hash", MapType.SOCKHASH);
        helper("msg_redirect_hash", MapType.SOCKHASH);
        helper("sock_hash_update", MapType.SOCKHASH);
        helper("get_local_storage", MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE);
        helper("sk_select_reuseport", MapType.REUSEPORT_SOCKARRAY, MapType.SOCKMAP, MapType.SOCKHASH);
        helper("map_pop_elem", MapType.QUEUE, MapType.STACK);
        helper("map_peek_elem", MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER);
        helper("map_push_elem", MapType.QUEUE, MapType.STACK, MapType.BLOOM_FILTER);
        helper("map_lookup_percpu_elem", MapType.PERCPU_ARRAY, MapType.PERCPU_HASH, MapType.LRU_PERCPU_HASH);
        helper("sk_storage_get", MapType.SK_STORAGE);
        helper("sk_storage_delete", MapType.SK_STORAGE);
        helper("inode_storage_get", MapType.INODE_STORAGE);
        helper("inode_storage_delete", MapType.INODE_STORAGE);
        helper("task_storage_get", MapType.TASK_STORAGE);
        helper("task_storage_delete", MapType.TASK_STORAGE);
        helper("cgrp_storage_get", MapType.CGRP_STORAGE);
        helper("cgrp_storage_delete", MapType.CGRP_STORAGE);
    }

    private MapHelperRules() {}

    private static void map(MapType type, String... helpers) {
        BY_MAP.put(type, Set.of(helpers));
    }

    private static void helper(String helper, MapType first, MapType... rest) {
        BY_HELPER.put(helper, EnumSet.of(first, rest));
    }

    static void check(Verification v, MapSpec map, String helper) {
        Set<String> helpers = BY_MAP.get(map.type());
        Set<MapType> maps = BY_HELPER.get(helper);
        if (helpers != null && !helpers.contains(helper) || maps != null && !maps.contains(map.type())) {
            throw v.invalid("cannot pass map_type " + map.type().ordinal() + " into func bpf_" + helper + "#"
                    + org.bpfsim.bpf.helper.HelperNames.idOf("bpf_" + helper));
        }
        boolean tail = helper.equals("tail_call");
        if (tail && v.state.frames.size() > 1 && v.frame().callback) {
            throw v.invalid("tail_calls are not allowed in callbacks");
        }
    }
}
