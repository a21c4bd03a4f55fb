package org.bpfsim.scenario.schema;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bpfsim.scenario.model.AddressTemplates;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.LinkSpec;
import org.bpfsim.scenario.model.LossSpec;
import org.bpfsim.scenario.model.NetworkSpec;
import org.bpfsim.scenario.model.QueueDepth;
import org.bpfsim.scenario.model.SwitchSpec;
import org.bpfsim.scenario.model.TopologySpec;

/** {@code network}. */
final class NetworkKeys {
    private static final int MOST = 65_000;

    private static final Key<Integer> LEAVES =
            Key.required("leaves", Scalars.integer(1, MOST), "Leaf switches, one per rack.", "8");
    private static final Key<Integer> SPINES =
            Key.required("spines", Scalars.integer(1, MOST), "Spine switches, each joined to every leaf.", "4");
    private static final Key<Integer> HOSTS_PER_LEAF =
            Key.required("hosts-per-leaf", Scalars.integer(1, MOST), "Hosts of a rack.", "8");
    private static final RecordType<TopologySpec> LEAF_SPINE = RecordType.of(
            "Leaf-spine",
            "Racks of hosts under leaf switches; every leaf is joined to every spine.",
            List.of(LEAVES, SPINES, HOSTS_PER_LEAF),
            f -> new TopologySpec.LeafSpine(f.get(LEAVES), f.get(SPINES), f.get(HOSTS_PER_LEAF)));

    private static final Key<Integer> K =
            Key.required("k", Scalars.integer(2, 64), "Ports of every switch, an even number.", "8");
    private static final RecordType<TopologySpec> FAT_TREE = RecordType.checked(
            "Fat-tree",
            "The three-layer Clos network of k-port switches: k pods, k*k/2 racks, k*k*k/4 hosts.",
            List.of(K),
            f -> {
                if (f.get(K) % 2 != 0) {
                    f.problem(K, "k " + f.get(K) + " is odd.", "A fat-tree needs an even number of ports.");
                    return Optional.empty();
                }
                return Optional.of(new TopologySpec.FatTree(f.get(K)));
            });

    private static final Key<Integer> HOSTS_PER_SIDE =
            Key.required("hosts-per-side", Scalars.integer(1, MOST), "Hosts on either switch.", "4");
    private static final RecordType<TopologySpec> DUMBBELL = RecordType.of(
            "Dumbbell",
            "Two switches joined by one fabric link. Hosts are numbered from the left.",
            List.of(HOSTS_PER_SIDE),
            f -> new TopologySpec.Dumbbell(f.get(HOSTS_PER_SIDE)));

    private static final Key<Integer> STAR_HOSTS =
            Key.required("hosts", Scalars.integer(2, MOST), "Hosts on the switch.", "8");
    private static final RecordType<TopologySpec> STAR = RecordType.of(
            "Star", "All hosts on one switch.", List.of(STAR_HOSTS), f -> new TopologySpec.Star(f.get(STAR_HOSTS)));

    private static final Key<Integer> CENTERS =
            Key.required("count", Scalars.integer(2, 1000), "Datacenters; each is a pod of its own.", "2");
    private static final RecordType<TopologySpec> DATACENTERS = RecordType.of(
            "Datacenters",
            "Leaf-spine networks far apart. The spines of each are joined to its border switch, and every two border"
                    + " switches by a `wan` link.",
            List.of(CENTERS, LEAVES, SPINES, HOSTS_PER_LEAF),
            f -> new TopologySpec.Datacenters(f.get(CENTERS), f.get(LEAVES), f.get(SPINES), f.get(HOSTS_PER_LEAF)));

    private static final OneOf<TopologySpec> TOPOLOGY = new OneOf<>(
            "Topology",
            "The shape of the network; exactly one of these.",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "leaf-spine",
                            LEAF_SPINE,
                            "Racks under leaves, leaves under spines.",
                            "{leaves: 8, spines: 4, hosts-per-leaf: 8}"),
                    new OneOf.Form<>("fat-tree", FAT_TREE, "Three layers of equal switches.", "{k: 4}"),
                    new OneOf.Form<>("dumbbell", DUMBBELL, "One link that all share.", "{hosts-per-side: 4}"),
                    new OneOf.Form<>("star", STAR, "One switch.", "{hosts: 8}"),
                    new OneOf.Form<>(
                            "datacenters",
                            DATACENTERS,
                            "Leaf-spine networks joined over a distance.",
                            "{count: 2, leaves: 2, spines: 2, hosts-per-leaf: 4}")));

    private static final Key<Fraction> LOST =
            Key.optional("share", Units.fraction(0, 100), "100%", "Of the packets of a burst.");
    private static final Key<Fraction> BEGIN = Key.required(
            "begin",
            Units.fraction(0, 100),
            "Probability, per packet, that a burst begins with the next one.",
            "0.01%");
    private static final Key<Fraction> END = Key.required(
            "end",
            Units.fraction(0, 100),
            "Probability, per packet of a burst, that it is over with the next one; bursts last 1/`end` packets on average.",
            "20%");
    private static final RecordType<LossSpec> BURSTS = RecordType.of(
            "Bursts",
            "Losses in bursts, none between them: Gilbert's model, `loss gemodel` of tc-netem(8).",
            List.of(BEGIN, END, LOST),
            f -> new LossSpec.Bursts(f.get(BEGIN), f.get(END), f.get(LOST)));
    private static final OneOf<LossSpec> LOSS = new OneOf<>(
            "Loss",
            "Packets that get lost on the way, in addition to those that full queues drop; exactly one of these.",
            List.of(),
            List.of(
                    new OneOf.Form<>(
                            "random",
                            new Converted<>(
                                    Units.fraction(0, 100), (share, report) -> Optional.of(new LossSpec.Random(share))),
                            "Each packet with this probability.",
                            "0.1%"),
                    new OneOf.Form<>("bursts", BURSTS, "Several in a row.", "{begin: 0.01%, end: 20%}")));
    private static final Key<LossSpec> LOSS_KEY = Key.maybe(
            "loss",
            LOSS,
            "nothing gets lost",
            "Losses of the link itself, each direction by itself.",
            "{random: 0.1%}");

    private static final Key<Long> HOST_RATE = Key.optional("rate", Units.bitRate(), "25Gbps", "Of each direction.");
    private static final Key<Long> HOST_DELAY = Key.optional("delay", Units.duration(), "1us", "Propagation, one way.");
    private static final RecordType<LinkSpec> HOST_LINK = RecordType.of(
            "Host link",
            "The link between a host and its switch.",
            List.of(HOST_RATE, HOST_DELAY, LOSS_KEY),
            f -> new LinkSpec(f.get(HOST_RATE), f.get(HOST_DELAY), f.find(LOSS_KEY)));

    private static final Key<Long> FABRIC_RATE = Key.optional("rate", Units.bitRate(), "100Gbps", "Of each direction.");
    private static final Key<Long> FABRIC_DELAY =
            Key.optional("delay", Units.duration(), "1us", "Propagation, one way.");
    private static final RecordType<LinkSpec> FABRIC_LINK = RecordType.of(
            "Fabric link",
            "A link between two switches.",
            List.of(FABRIC_RATE, FABRIC_DELAY, LOSS_KEY),
            f -> new LinkSpec(f.get(FABRIC_RATE), f.get(FABRIC_DELAY), f.find(LOSS_KEY)));

    private static final Key<Long> WAN_RATE = Key.optional("rate", Units.bitRate(), "100Gbps", "Of each direction.");
    private static final Key<Long> WAN_DELAY = Key.optional("delay", Units.duration(), "10ms", "Propagation, one way.");
    private static final RecordType<LinkSpec> WAN_LINK = RecordType.of(
            "Wide-area link",
            "A link between two datacenters.",
            List.of(WAN_RATE, WAN_DELAY, LOSS_KEY),
            f -> new LinkSpec(f.get(WAN_RATE), f.get(WAN_DELAY), f.find(LOSS_KEY)));

    private record Links(LinkSpec host, Optional<LinkSpec> fabric, Optional<LinkSpec> wan) {}

    private static final Key<LinkSpec> HOST = Key.maybe(
            "host", HOST_LINK, "all defaults", "Between a host and its switch.", "{rate: 25Gbps, delay: 1us}");
    private static final Key<LinkSpec> FABRIC = Key.maybe(
            "fabric",
            FABRIC_LINK,
            "all defaults",
            "Between switches; in a fat-tree all links are alike, as `host` says.",
            "{rate: 100Gbps, delay: 1us}");
    private static final Key<LinkSpec> WAN = Key.maybe(
            "wan",
            WAN_LINK,
            "all defaults",
            "Between datacenters; only with the topology `datacenters`.",
            "{rate: 100Gbps, delay: 10ms}");
    private static final RecordType<Links> LINKS = RecordType.of(
            "Links",
            "All links of a kind are alike, and both directions of a link.",
            List.of(HOST, FABRIC, WAN),
            f -> new Links(f.find(HOST).orElseGet(HOST_LINK::allDefaults), f.find(FABRIC), f.find(WAN)));

    /** 16 MB is what a 3.2 Tbit/s switch chip of 2016 holds (Broadcom Tomahawk). */
    private static final long DEFAULT_BUFFER_BYTES = 16_000_000;

    private static final Key<Long> BUFFER = Key.maybe(
            "buffer",
            Units.size(),
            "`16MB`, unless there is a `queue-limit`",
            "Shared by all ports of a switch; a port may hold `alpha` times what is free (dynamic thresholds).",
            "16MB");
    private static final Key<Fraction> ALPHA = Key.optional(
            "alpha", Units.fraction(0, 12_800), "1", "How much of the free buffer one port may take; 1 is all of it.");
    private static final Key<QueueDepth> ECN_THRESHOLD = Key.maybe(
            "ecn-threshold",
            Units.queueDepth(),
            "no marking",
            "ECN-capable packets that find at least this much queued at their port are marked (step marking, K in the"
                    + " DCTCP paper).",
            "100KB");
    private static final Key<QueueDepth> QUEUE_LIMIT = Key.maybe(
            "queue-limit",
            Units.queueDepth(),
            "the buffer is shared",
            "Gives each port a queue of its own with this limit, in place of a shared `buffer`.",
            "1000 packets");
    private static final RecordType<SwitchSpec> SWITCHES = RecordType.checked(
            "Switches",
            "All switches are alike.",
            List.of(BUFFER, ALPHA, ECN_THRESHOLD, QUEUE_LIMIT),
            NetworkKeys::switches);

    private static Optional<SwitchSpec> switches(Fields f) {
        if (f.find(BUFFER).isPresent() && f.find(QUEUE_LIMIT).isPresent()) {
            f.problem(
                    QUEUE_LIMIT,
                    "`queue-limit` and `buffer` exclude each other.",
                    "Keep `buffer` if ports share memory, `queue-limit` if each has its own.");
            return Optional.empty();
        }
        if (f.get(ALPHA).partsPerBillion() == 0) {
            f.problem(ALPHA, "alpha 0 lets no port hold anything.", "Write 1, or 0.5, or 8.");
            return Optional.empty();
        }
        OptionalLong buffer = f.find(QUEUE_LIMIT).isPresent()
                ? OptionalLong.empty()
                : OptionalLong.of(f.find(BUFFER).orElse(DEFAULT_BUFFER_BYTES));
        return Optional.of(new SwitchSpec(buffer, f.get(ALPHA), f.find(ECN_THRESHOLD), f.find(QUEUE_LIMIT)));
    }

    private static final String DEFAULT_IPV4 = "10.{pod}.{rack}.{host}";
    private static final String DEFAULT_IPV6 = "2001:db8:{pod}:{rack}::{host}";

    private static final Key<String> IPV4 = Key.optional(
            "ipv4",
            Scalars.text(),
            DEFAULT_IPV4,
            "IPv4 address; `{pod}` and `{rack}` count from 0 (racks through the whole network), `{host}` from 1 within"
                    + " its rack, all in decimal.");
    private static final Key<String> IPV6 =
            Key.optional("ipv6", Scalars.text(), DEFAULT_IPV6, "IPv6 address; the same numbers in hexadecimal.");
    private static final RecordType<AddressTemplates> ADDRESSES = RecordType.of(
            "Addresses",
            "How addresses tell where a host is, so that programs can read distance from them. `none` leaves a family"
                    + " out.",
            List.of(IPV4, IPV6),
            f -> new AddressTemplates(template(f.get(IPV4)), template(f.get(IPV6))));

    private static Optional<String> template(String text) {
        return text.equals("none") ? Optional.empty() : Optional.of(text);
    }

    private static final Key<TopologySpec> TOPOLOGY_KEY =
            Key.required("topology", TOPOLOGY, "The shape.", "{leaf-spine: {leaves: 8, spines: 4, hosts-per-leaf: 8}}");
    private static final Key<Links> LINKS_KEY =
            Key.maybe("links", LINKS, "all defaults", "Rates and delays.", "{host: {rate: 25Gbps, delay: 1us}}");
    private static final Key<SwitchSpec> SWITCHES_KEY = Key.maybe(
            "switches", SWITCHES, "all defaults", "Buffers and marking.", "{buffer: 16MB, ecn-threshold: 100KB}");
    private static final Key<AddressTemplates> ADDRESSES_KEY = Key.maybe(
            "addresses",
            ADDRESSES,
            "all defaults",
            "The hosts' addresses.",
            "{ipv6: \"2001:db8:{pod}:{rack}::{host}\"}");

    static final RecordType<NetworkSpec> NETWORK = RecordType.checked(
            "Network",
            "Hosts are numbered from 0, rack by rack. Flows between two switches take one of the equal paths by a hash"
                    + " of addresses and ports, seeded per switch.",
            List.of(TOPOLOGY_KEY, LINKS_KEY, SWITCHES_KEY, ADDRESSES_KEY),
            NetworkKeys::network);

    private static Optional<NetworkSpec> network(Fields f) {
        Links links = f.find(LINKS_KEY).orElseGet(LINKS::allDefaults);
        LinkSpec fabric = links.fabric().orElseGet(FABRIC_LINK::allDefaults);
        if (f.get(TOPOLOGY_KEY) instanceof TopologySpec.FatTree) {
            fabric = links.fabric().orElse(links.host());
            if (!fabric.equals(links.host())) {
                f.problem(
                        LINKS_KEY,
                        "the links of a fat-tree are all alike, but `host` and `fabric` differ.",
                        "Leave `fabric` out, or use a leaf-spine.");
                return Optional.empty();
            }
        }
        if (links.wan().isPresent() && !(f.get(TOPOLOGY_KEY) instanceof TopologySpec.Datacenters)) {
            f.problem(
                    LINKS_KEY,
                    "there is no `wan` link in this topology.",
                    "Leave `wan` out, or use `topology: {datacenters: …}`.");
            return Optional.empty();
        }
        return Optional.of(new NetworkSpec(
                f.get(TOPOLOGY_KEY),
                links.host(),
                fabric,
                links.wan().orElseGet(WAN_LINK::allDefaults),
                f.find(SWITCHES_KEY).orElseGet(SWITCHES::allDefaults),
                f.find(ADDRESSES_KEY).orElseGet(ADDRESSES::allDefaults)));
    }

    private NetworkKeys() {}
}
