package org.bpfsim.bpf.compiler;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bpfsim.bpf.LittleEndian;
import org.bpfsim.bpf.helper.BaseHelpers;
import org.bpfsim.bpf.helper.HelperFunction;
import org.bpfsim.bpf.helper.HelperNames;
import org.bpfsim.bpf.isa.Instruction;
import org.bpfsim.bpf.memory.AddressLayout;
import org.bpfsim.bpf.object.MapDefinition;
import org.bpfsim.bpf.object.MapType;
import org.bpfsim.bpf.types.StructType;
import org.bpfsim.bpf.verifier.Facts;

/** What is known of a program as a whole: what the verifier found out, its maps, its context, the types of the kernel. */
final class Knowledge {
    /** Maps whose values lie in their own region, at addresses that do not change. */
    private static final Set<MapType> OWN_VALUES = Set.of(
            MapType.ARRAY,
            MapType.PERCPU_ARRAY,
            MapType.HASH,
            MapType.LRU_HASH,
            MapType.PERCPU_HASH,
            MapType.LRU_PERCPU_HASH,
            MapType.LPM_TRIE);

    private static final HelperFunction LOOKUP =
            BaseHelpers.all().get(HelperNames.idOf("bpf_map_lookup_elem")).function();

    private final CompilerInput input;
    private final Optional<Facts> facts;

    Knowledge(CompilerInput input) {
        this.input = input;
        this.facts = input.verified().map(v -> v.program().facts());
    }

    boolean verified() {
        return facts.isPresent();
    }

    CompilerInput.Context context() {
        return input.context();
    }

    boolean reaches(int slot) {
        return input.verified().map(v -> v.program().reaches(slot)).orElse(true);
    }

    Optional<Facts.Pointer> pointer(int slot) {
        return facts.flatMap(f -> f.pointer(slot));
    }

    Optional<Integer> stackOffset(int slot) {
        return facts.flatMap(f -> f.stackOffset(slot));
    }

    List<Facts.StackUse> stackUses() {
        return facts.map(Facts::stackUses).orElse(List.of());
    }

    /** The struct that a load gives a pointer to, if it is modelled. */
    Optional<StructType<?>> loadsPointerTo(int slot) {
        return facts.flatMap(f -> f.loadsPointerTo(slot)).flatMap(this::struct);
    }

    Optional<StructType<?>> struct(String name) {
        return input.verified().flatMap(v -> v.types().struct(name));
    }

    /** By leaf of a struct, what the program may write; null for nothing. */
    boolean[] rights(StructType<?> struct) {
        return input.verified().map(v -> v.rights().of(struct.layout())).orElse(null);
    }

    private List<MapDefinition> maps() {
        return input.verified().map(CompilerInput.Verified::maps).orElse(List.of());
    }

    MapDefinition map(int index) {
        return maps().get(index);
    }

    /** The map of a name whose values lie in its own region; -1 if there is none. */
    int mapWithValues(String name) {
        for (int i = 0; i < maps().size(); i++) {
            if (maps().get(i).name().equals(name) && hasValues(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean hasValues(int index) {
        MapDefinition map = map(index);
        return map.isGlobalData() || OWN_VALUES.contains(map.type());
    }

    /** The map among whose values an address lies; -1 if it is none of ours. */
    int mapOfValue(long address) {
        for (int i = 0; i < maps().size(); i++) {
            if (AddressLayout.region(address) == AddressLayout.valuesRegion(i) && hasValues(i)) {
                return i;
            }
        }
        return -1;
    }

    private int mapOfSelf(long address) {
        for (int i = 0; i < maps().size(); i++) {
            if (address == AddressLayout.address(AddressLayout.mapRegion(i), 0)) {
                return i;
            }
        }
        return -1;
    }

    /** What a load gives from data that nobody can write. */
    Optional<Long> constant(int map, long offset, int bytes) {
        MapDefinition definition = map(map);
        return definition.readOnly()
                        && definition.data().isPresent()
                        && offset >= 0
                        && offset + bytes <= definition.data().get().length
                ? Optional.of(LittleEndian.get(definition.data().get(), (int) offset, bytes))
                : Optional.empty();
    }

    /** The map that a call looks something up in, if that is all it does and the map is known; -1 otherwise. */
    int lookup(Instruction call, Kind r1) {
        boolean lookup = !call.isLocalCall() && input.callees()[(int) call.immediate()] == LOOKUP;
        int map = lookup && r1.is(Kind.Type.CONSTANT) ? mapOfSelf(r1.value()) : -1;
        return map >= 0 && hasValues(map) ? map : -1;
    }

    /** Whether a look-up in the map is an index into an array. */
    boolean isArray(int map) {
        return map(map).type() == MapType.ARRAY && !map(map).isGlobalData();
    }

    /** By byte from the frame's start, what of a function's stack others than its own loads and stores reach. */
    BitSet sharedStack(int function, Set<Integer> exceptCalls) {
        BitSet shared = new BitSet();
        for (Facts.StackUse use : stackUses()) {
            if (use.function() == function && !(use.own() && exceptCalls.contains(use.slot()))) {
                shared.set(AddressLayout.FRAME_BYTES + use.from(), AddressLayout.FRAME_BYTES + use.to());
            }
        }
        return shared;
    }

    /** Whether the verifier has noted which bytes of the stack a call reaches through a register. */
    boolean notesStackUse(int slot, int register) {
        return stackUses().stream().anyMatch(u -> u.slot() == slot && u.register() == register);
    }
}
