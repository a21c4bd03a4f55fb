package org.bpfsim.bpf.fuzz;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.bpfsim.bpf.fuzz.Known.Kind;
import org.bpfsim.bpf.fuzz.Known.Value;
import org.bpfsim.bpf.isa.Opcode;

/**
 * Makes programs that a verifier often accepts: each statement knows roughly what registers and stack hold. Statements are
 * blocks, branches, loops of all kinds, look-ups with their tests, packets with theirs, calls; accesses lie near the edge
 * of what is allowed, and now and then beyond.
 */
final class ProgramGenerator {
    private static final String[] FAMILIES = {"socket_filter", "sched_cls", "xdp"};
    private static final int MAX_LEVEL = 3;

    private enum Shape {
        MAIN,
        FUNCTION,
        LOOP_BODY,
        EACH_BODY
    }

    private record Pending(int label, Shape shape, int arguments, int level) {}

    private final SplittableRandom random;
    private final Emitter e = new Emitter();
    private final String family;
    private final boolean clean;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private int functions;
    private int loops;
    private FunctionWriter w;
    private Shape shape = Shape.MAIN;
    private int level;

    private ProgramGenerator(SplittableRandom random) {
        this.random = random;
        this.family = FAMILIES[random.nextInt(FAMILIES.length)];
        this.clean = random.nextInt(4) > 0;
    }

    /** One program from a seed. */
    static FuzzProgram generate(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        while (true) {
            try {
                return new ProgramGenerator(random).program();
            } catch (FunctionWriter.Exhausted again) {
                // The next one may do with fewer registers.
            }
        }
    }

    private FuzzProgram program() {
        w = new FunctionWriter(random, e, family, 128 + 8 * random.nextInt(12));
        Known k = w.k;
        k.registers[1] = Value.CONTEXT;
        if (w.chance(90)) {
            int keep = 6 + random.nextInt(4);
            e.move(keep, 1);
            k.registers[keep] = Value.CONTEXT;
        }
        int budget = 4 + random.nextInt(w.chance(20) ? 60 : 22);
        block(budget, 0);
        end();
        while (!pending.isEmpty()) {
            function(pending.poll());
        }
        return new FuzzProgram(family, e.finish(), clean);
    }

    private void function(Pending p) {
        e.place(p.label());
        shape = p.shape();
        level = p.level();
        w = new FunctionWriter(random, e, family, 48);
        Value shared = Value.memory(16, true);
        switch (p.shape()) {
            case LOOP_BODY -> {
                w.k.registers[1] = Value.NUMBER;
                w.k.registers[2] = shared;
            }
            case EACH_BODY -> {
                w.k.registers[2] = Value.memory(4, false);
                w.k.registers[3] = Value.memory(48, true);
                w.k.registers[4] = shared;
            }
            default -> {
                for (int i = 0; i < 5; i++) {
                    w.k.registers[i + 1] = argument(p.arguments(), i);
                }
            }
        }
        block(2 + random.nextInt(8), 1);
        end();
    }

    /** Two bits per argument: nothing, a number, 16 bytes of stack, the context. */
    private static Value argument(int arguments, int index) {
        return switch (arguments >> 2 * index & 3) {
            case 0 -> Value.NOTHING;
            case 1 -> Value.NUMBER;
            case 2 -> Value.memory(16, true);
            default -> Value.CONTEXT;
        };
    }

    /** Leaves the function. */
    private void end() {
        if (shape == Shape.MAIN && w.chance(60)) {
            w.observe();
        }
        if (shape == Shape.LOOP_BODY || shape == Shape.EACH_BODY) {
            e.moveImmediate(0, w.chance(80) ? 0 : 1);
        } else if (!w.k.number(0) || w.chance(20)) {
            if (w.having(Kind.NUMBER).isEmpty()) {
                e.moveImmediate(0, w.anyNumber());
            } else {
                e.move(0, w.having(Kind.NUMBER).get(0));
            }
        }
        e.exit();
    }

    private void block(int budget, int depth) {
        for (int i = 0; i < budget; i++) {
            statement(depth);
        }
    }

    private int inner(int depth) {
        return 1 + random.nextInt(Math.max(1, 7 - 2 * depth));
    }

    private void statement(int depth) {
        int what = random.nextInt(100);
        if (what < 24) {
            w.arithmetic();
        } else if (what < 29) {
            w.setNumber();
        } else if (what < 33) {
            w.moveAnything();
        } else if (what < 41) {
            w.stackAccess();
        } else if (what < 45) {
            w.spillOrFill();
        } else if (what < 53) {
            w.memoryAccess();
        } else if (what < 55) {
            w.movePointer();
        } else if (what < 63) {
            w.variableAccess();
        } else if (what < 65) {
            w.atomicOnStack();
        } else if (what < 67) {
            directValue();
        } else if (what < 69) {
            contextWrite();
        } else if (depth < 3) {
            compound(depth);
        }
    }

    private void compound(int depth) {
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3 -> branch(depth);
            case 4, 5, 6 -> lookup(depth);
            case 7, 8, 9 -> packet(depth);
            case 10, 11 -> loop(depth);
            case 12 -> mapWrite();
            case 13 -> helper();
            case 14 -> call(depth);
            case 15 -> loopHelper();
            case 16 -> mayGoto(depth);
            case 17 -> iterator(depth);
            case 18 -> ringRecord(depth);
            case 19 -> dynptr(depth);
            case 20 -> packetLoad();
            default -> leaveEarly();
        }
    }

    private void directValue() {
        int map = w.chance(2) ? FuzzMaps.ARRAY : w.pick(FuzzMaps.ONE, FuzzMaps.ONE, FuzzMaps.READ_ONLY);
        int r = w.free(true);
        int offset = w.chance(60) ? 0 : random.nextInt(FuzzMaps.valueBytes(map));
        e.mapValue(r, map, offset);
        w.k.registers[r] = Value.memory(FuzzMaps.valueBytes(map), map != FuzzMaps.READ_ONLY)
                .moved(offset);
    }

    private void contextWrite() {
        int context = w.context();
        if (context < 0 || family.equals("xdp")) {
            return;
        }
        int offset =
                family.equals("socket_filter") ? 48 + 4 * random.nextInt(5) : w.pick(8, 32, 40, 48, 52, 56, 60, 64);
        e.store(4, context, offset, w.number());
    }

    /** A conditional jump over a part; what holds in it is that the condition does not. */
    private void condition(int out) {
        boolean wide = w.chance(65);
        int op = FunctionWriter.COMPARISONS[random.nextInt(FunctionWriter.COMPARISONS.length)];
        int jump = wide ? Opcode.CLASS_JMP : Opcode.CLASS_JMP32;
        int a = w.number();
        if (w.chance(30)) {
            e.to(out, jump | op | Opcode.X, a, w.number(), 0);
        } else {
            e.to(out, jump | op, a, 0, w.anyImmediate());
        }
    }

    private void branch(int depth) {
        int other = e.label();
        condition(other);
        Known before = w.k.copy();
        block(inner(depth), depth + 1);
        if (w.chance(50)) {
            int join = e.label();
            if (w.chance(20)) {
                e.to(join, Opcode.JUMP_LONG, 0, 0, 0);
            } else {
                e.jump(join);
            }
            e.place(other);
            Known then = w.k;
            w.k = before;
            block(inner(depth), depth + 1);
            w.k.merge(then);
            e.place(join);
        } else {
            e.place(other);
            w.k.merge(before);
        }
    }

    /** A way out of the function in the middle. */
    private void leaveEarly() {
        if (w.held > 0 || shape != Shape.MAIN && shape != Shape.FUNCTION) {
            return;
        }
        int go = e.label();
        condition(go);
        Known before = w.k.copy();
        int from = w.number();
        if (from != 0) {
            e.move(0, from);
        }
        e.exit();
        e.place(go);
        w.k = before;
    }

    private void key(int map, int register) {
        int bytes = FuzzMaps.keyBytes(map);
        int slot = w.slot(8);
        if (w.chance(70)) {
            int index = random.nextInt(6);
            for (int at = 0; at < bytes; at += 4) {
                e.storeImmediate(4, 10, slot + at, at == 0 ? index : 0);
            }
            w.k.write(slot, bytes);
        } else {
            w.fill(slot, bytes);
        }
        e.stackAddress(register, slot);
    }

    /** Arguments are put into r1 to r5: nothing in there may be needed any more. */
    private boolean argumentsFree() {
        for (int r = 0; r <= 5; r++) {
            if (w.pinned[r] > 0) {
                return false;
            }
        }
        return true;
    }

    private void called(Value result) {
        w.k.afterCall(result);
    }

    private void pin(int... registers) {
        for (int r : registers) {
            w.pinned[r]++;
        }
    }

    private void unpin(int... registers) {
        for (int r : registers) {
            w.pinned[r]--;
        }
    }

    private void lookup(int depth) {
        if (!argumentsFree()) {
            return;
        }
        int map = w.pick(
                FuzzMaps.ARRAY, FuzzMaps.HASH, FuzzMaps.ARRAY, FuzzMaps.HASH, FuzzMaps.PERCPU, FuzzMaps.READ_ONLY);
        map = !clean && w.chance(20) ? FuzzMaps.LRU : map;
        pin(1, 2);
        key(map, 2);
        unpin(1, 2);
        e.map(1, map);
        e.helper("bpf_map_lookup_elem");
        called(Value.NOTHING);
        memoryOrNull(Value.memory(FuzzMaps.valueBytes(map), map != FuzzMaps.READ_ONLY), depth);
    }

    /** r0 is memory or NULL: a part for the one, perhaps a part for the other. */
    private void memoryOrNull(Value memory, int depth) {
        int holder = 0;
        if (w.chance(40)) {
            holder = w.free(true);
            e.move(holder, 0);
        }
        int none = e.label();
        e.to(none, Opcode.CLASS_JMP | Opcode.JEQ, w.chance(50) ? holder : 0, 0, 0);
        Known before = w.k.copy();
        w.k.registers[0] = memory;
        w.k.registers[holder] = memory;
        block(inner(depth) + 1, depth + 1);
        e.place(none);
        before.registers[0] = Value.NOTHING;
        before.registers[holder] = Value.NOTHING;
        w.k.merge(before);
    }

    private void packet(int depth) {
        int context = w.context();
        if (context < 0 || family.equals("socket_filter")) {
            packetLoad();
            return;
        }
        boolean xdp = family.equals("xdp");
        int data = w.free(true);
        pin(data, context);
        int end = w.free(true);
        pin(end);
        int test = w.free(true);
        unpin(data, end, context);
        if (end == context || data == context || test == context) {
            return;
        }
        e.load(4, end, context, xdp ? 4 : 80);
        e.load(4, data, context, xdp ? 0 : 76);
        int bytes = w.pick(1, 2, 4, 8, 14, 14, 20, 34, 40);
        e.move(test, data);
        e.addImmediate(test, bytes);
        int out = e.label();
        w.k.registers[data] = Value.NOTHING;
        w.k.registers[end] = Value.NOTHING;
        w.k.registers[test] = Value.NOTHING;
        int there = bytes;
        switch (random.nextInt(4)) {
            case 0 -> e.to(out, Opcode.CLASS_JMP | Opcode.JGT | Opcode.X, test, end, 0);
            case 1 -> e.to(out, Opcode.CLASS_JMP | Opcode.JLT | Opcode.X, end, test, 0);
            case 2 -> {
                e.to(out, Opcode.CLASS_JMP | Opcode.JGE | Opcode.X, test, end, 0);
                there = bytes + 1;
            }
            default -> {
                e.to(out, Opcode.CLASS_JMP | Opcode.JLE | Opcode.X, end, test, 0);
                there = bytes + 1;
            }
        }
        Known before = w.k.copy();
        w.k.registers[data] = Value.packet(there);
        if (w.chance(30)) {
            w.k.registers[test] = Value.packet(there).moved(bytes);
        }
        block(inner(depth) + 1, depth + 1);
        e.place(out);
        w.k.merge(before);
    }

    /** Loads of the old kind, in network byte order. */
    private void packetLoad() {
        if (shape != Shape.MAIN || family.equals("xdp") || w.held > 0 || !argumentsFree()) {
            return;
        }
        boolean context6 = w.k.registers[6].kind() == Kind.CONTEXT;
        if (!context6) {
            return;
        }
        int size = w.pick(Opcode.SIZE_B, Opcode.SIZE_H, Opcode.SIZE_W);
        int offset = w.chance(90) ? random.nextInt(24) : w.anyImmediate();
        if (w.chance(60)) {
            e.add(Opcode.CLASS_LD | Opcode.MODE_ABS | size, 0, 0, 0, offset);
        } else {
            int r = w.number();
            if (w.pinned[r] == 0) {
                e.add(Opcode.CLASS_ALU64 | Opcode.AND, r, 0, 0, 15);
            }
            e.add(Opcode.CLASS_LD | Opcode.MODE_IND | size, 0, r, 0, offset);
        }
        called(Value.NUMBER);
    }

    // Loops.

    /** Few loops, and few within others: the verifier would spend its time on what is refused for its length. */
    private boolean anotherLoop() {
        return loops < 2 && (w.loops == 0 || w.chance(10)) && ++loops > 0;
    }

    /** What a loop's body may rely on in every round. */
    private void loopHead() {
        for (int r = 0; r <= 5; r++) {
            if (w.pinned[r] == 0) {
                w.k.registers[r] = Value.NOTHING;
            }
        }
        for (int r = 6; r <= 9; r++) {
            if (w.k.number(r)) {
                w.k.registers[r] = Value.NUMBER;
            }
        }
    }

    private void body(int depth, int out) {
        w.loops++;
        block(inner(depth + 1), depth + 1);
        if (w.chance(30) && w.held == 0) {
            condition(out);
        }
        w.loops--;
    }

    private int counter() {
        for (int tries = 0; tries < 8; tries++) {
            int r = 6 + random.nextInt(4);
            if (w.pinned[r] == 0 && (w.k.number(r) || w.k.registers[r].kind() == Kind.NOTHING && w.loops == 0)) {
                return r;
            }
        }
        return -1;
    }

    private void loop(int depth) {
        int counter = counter();
        if (counter < 0 || !anotherLoop()) {
            return;
        }
        int head = e.label();
        int out = e.label();
        e.moveImmediate(counter, w.chance(70) ? 0 : random.nextInt(5));
        w.k.registers[counter] = Value.NUMBER;
        pin(counter);
        loopHead();
        e.place(head);
        Known before = w.k.copy();
        body(depth, out);
        int limit = 1 + random.nextInt(9);
        int cls = w.chance(50) ? Opcode.CLASS_ALU64 : Opcode.CLASS_ALU;
        e.add(cls | Opcode.ADD, counter, 0, 0, 1 + random.nextInt(2));
        int jump = w.chance(70) ? Opcode.CLASS_JMP : Opcode.CLASS_JMP32;
        e.to(head, jump | w.pick(Opcode.JLT, Opcode.JSLT, Opcode.JLE, Opcode.JSLE), counter, 0, limit);
        e.place(out);
        unpin(counter);
        w.k = before;
    }

    private void mayGoto(int depth) {
        int counter = counter();
        if (counter < 0 || !anotherLoop()) {
            return;
        }
        int head = e.label();
        int out = e.label();
        e.moveImmediate(counter, 0);
        w.k.registers[counter] = Value.NUMBER;
        pin(counter);
        loopHead();
        e.place(head);
        Known before = w.k.copy();
        e.to(out, Opcode.MAY_GOTO, 0, 0, 0);
        body(depth, out);
        e.addImmediate(counter, 1);
        e.to(out, Opcode.CLASS_JMP | Opcode.JGT, counter, 0, random.nextInt(12));
        e.jump(head);
        e.place(out);
        unpin(counter);
        w.k = before;
    }

    private void iterator(int depth) {
        if (!argumentsFree() || w.loops > 0 || !anotherLoop()) {
            return;
        }
        int slot = w.slot(8);
        w.reserve(slot, 8, true);
        int from = random.nextInt(20) - 5;
        e.stackAddress(1, slot);
        e.moveImmediate(2, from);
        e.moveImmediate(3, from + random.nextInt(9) - 1);
        e.kfunc("bpf_iter_num_new");
        called(Value.NUMBER);
        Known unused = w.k;
        for (int i = 0; i < 8; i++) {
            unused.stack[512 + slot + i] = false;
        }
        loopHead();
        int head = e.label();
        int out = e.label();
        e.place(head);
        Known before = w.k.copy();
        e.stackAddress(1, slot);
        e.kfunc("bpf_iter_num_next");
        called(Value.NOTHING);
        e.to(out, Opcode.CLASS_JMP | Opcode.JEQ, 0, 0, 0);
        w.k.registers[0] = Value.memory(4, false);
        w.held++;
        body(depth, out);
        w.held--;
        e.jump(head);
        e.place(out);
        w.k = before;
        e.stackAddress(1, slot);
        e.kfunc("bpf_iter_num_destroy");
        called(Value.NOTHING);
        w.reserve(slot, 8, false);
    }

    private int shared() {
        int slot = w.slot(16);
        w.fill(slot, 16);
        w.reserve(slot, 16, true);
        return slot;
    }

    private void loopHelper() {
        if (!argumentsFree() || level >= MAX_LEVEL || functions >= 4 || !anotherLoop()) {
            return;
        }
        pin(1, 2, 3, 4);
        int slot = shared();
        unpin(1, 2, 3, 4);
        functions++;
        boolean each = w.chance(40);
        int label = e.label();
        pending.add(new Pending(label, each ? Shape.EACH_BODY : Shape.LOOP_BODY, 0, level + 1));
        if (each) {
            e.map(1, FuzzMaps.ARRAY);
        } else {
            e.moveImmediate(1, random.nextInt(7));
        }
        e.functionAddress(2, label);
        e.stackAddress(3, slot);
        e.moveImmediate(4, w.chance(95) ? 0 : 1);
        e.helper(each ? "bpf_for_each_map_elem" : "bpf_loop");
        called(Value.NUMBER);
        w.reserve(slot, 16, false);
    }

    // Calls.

    private void call(int depth) {
        if (!argumentsFree() || level >= MAX_LEVEL || functions >= 4) {
            return;
        }
        functions++;
        int arguments = 0;
        pin(1, 2, 3, 4, 5);
        int slot = shared();
        int context = w.context();
        int number = w.number();
        unpin(1, 2, 3, 4, 5);
        if (context >= 1 && context <= 5 || number >= 1 && number <= 5) {
            w.reserve(slot, 16, false);
            return;
        }
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            int kind = 1 + random.nextInt(context < 0 ? 2 : 3);
            arguments |= kind << 2 * i;
            if (kind == 1) {
                if (w.chance(50)) {
                    e.move(i + 1, number);
                } else {
                    e.moveImmediate(i + 1, w.anyNumber());
                }
            } else if (kind == 2) {
                e.stackAddress(i + 1, slot);
            } else {
                e.move(i + 1, context);
            }
        }
        int label = e.label();
        pending.add(new Pending(label, Shape.FUNCTION, arguments, level + 1));
        e.call(label);
        called(Value.NUMBER);
        w.reserve(slot, 16, false);
    }

    private void mapWrite() {
        if (!argumentsFree()) {
            return;
        }
        int map = w.pick(FuzzMaps.ARRAY, FuzzMaps.HASH, FuzzMaps.HASH, FuzzMaps.QUEUE);
        map = !clean && w.chance(20) ? w.pick(FuzzMaps.LRU, FuzzMaps.PERCPU) : map;
        pin(1, 2, 3, 4);
        int value = w.slot(FuzzMaps.valueBytes(map));
        w.fill(value, FuzzMaps.valueBytes(map));
        w.reserve(value, FuzzMaps.valueBytes(map), true);
        if (map == FuzzMaps.QUEUE) {
            e.stackAddress(2, value);
            e.moveImmediate(3, w.pick(0, 0, 2, 1));
            e.map(1, map);
            e.helper(new String[] {"bpf_map_push_elem", "bpf_map_pop_elem", "bpf_map_peek_elem"}[random.nextInt(3)]);
        } else {
            key(map, 2);
            e.map(1, map);
            if (w.chance(70)) {
                e.stackAddress(3, value);
                e.moveImmediate(4, w.pick(0, 0, 0, 1, 2, 3, 4));
                e.helper("bpf_map_update_elem");
            } else {
                e.helper("bpf_map_delete_elem");
            }
        }
        w.reserve(value, FuzzMaps.valueBytes(map), false);
        unpin(1, 2, 3, 4);
        called(Value.NUMBER);
    }

    private void helper() {
        if (!argumentsFree()) {
            return;
        }
        int context = w.context();
        switch (random.nextInt(clean ? 6 : 8)) {
            case 0 -> {
                e.helper("bpf_get_smp_processor_id");
                called(Value.NUMBER);
            }
            case 1 -> loadBytes(context);
            case 2 -> storeBytes(context);
            case 3 -> {
                if (shape == Shape.MAIN && context >= 0 && w.held == 0) {
                    e.move(1, context);
                    e.map(2, FuzzMaps.PROGRAMS);
                    e.moveImmediate(3, random.nextInt(3));
                    e.helper("bpf_tail_call");
                    called(Value.NOTHING);
                }
            }
            case 4 -> output();
            case 5 -> adjust(context);
            case 6 -> {
                e.helper("bpf_get_prandom_u32");
                called(Value.NUMBER);
            }
            default -> {
                e.helper("bpf_ktime_get_ns");
                called(Value.NUMBER);
            }
        }
    }

    private void loadBytes(int context) {
        if (context < 0) {
            return;
        }
        pin(1, 2, 3, 4, context);
        int bytes = 1 + random.nextInt(16);
        int slot = w.slot(bytes);
        unpin(1, 2, 3, 4, context);
        if (context != 1) {
            e.move(1, context);
        }
        e.moveImmediate(2, random.nextInt(40));
        e.stackAddress(3, slot);
        e.moveImmediate(4, bytes);
        e.helper(family.equals("xdp") ? "bpf_xdp_load_bytes" : "bpf_skb_load_bytes");
        called(Value.NUMBER);
        // Linux does not promise what is there if the helper fails.
        if (clean) {
            for (int at = 0; at < (bytes + 7) / 8 * 8; at += 8) {
                e.storeImmediate(8, 10, slot + at, 0);
            }
        }
        w.k.write(slot, bytes);
    }

    private void storeBytes(int context) {
        if (context < 0 || family.equals("socket_filter")) {
            return;
        }
        pin(1, 2, 3, 4, 5, context);
        int bytes = 1 + random.nextInt(16);
        int slot = w.slot(bytes);
        w.fill(slot, bytes);
        unpin(1, 2, 3, 4, 5, context);
        if (context != 1) {
            e.move(1, context);
        }
        e.moveImmediate(2, random.nextInt(40));
        e.stackAddress(3, slot);
        e.moveImmediate(4, bytes);
        e.moveImmediate(5, 0);
        e.helper(family.equals("xdp") ? "bpf_xdp_store_bytes" : "bpf_skb_store_bytes");
        called(Value.NUMBER);
        w.k.forgetPackets();
    }

    private void output() {
        pin(1, 2, 3, 4);
        int bytes = 1 + random.nextInt(16);
        int slot = w.slot(bytes);
        w.fill(slot, bytes);
        unpin(1, 2, 3, 4);
        e.map(1, FuzzMaps.RING);
        e.stackAddress(2, slot);
        e.moveImmediate(3, bytes);
        e.moveImmediate(4, w.chance(90) ? 1 : 4);
        e.helper("bpf_ringbuf_output");
        called(Value.NUMBER);
    }

    private void adjust(int context) {
        if (context < 0 || family.equals("socket_filter")) {
            return;
        }
        e.move(1, context);
        if (family.equals("xdp")) {
            e.moveImmediate(2, random.nextInt(17) - 8);
            e.helper(w.chance(60) ? "bpf_xdp_adjust_head" : "bpf_xdp_adjust_tail");
        } else {
            e.moveImmediate(2, random.nextInt(40));
            e.helper("bpf_skb_pull_data");
        }
        called(Value.NUMBER);
        w.k.forgetPackets();
    }

    private void ringRecord(int depth) {
        if (!argumentsFree() || w.loops > 0) {
            return;
        }
        int keep = counter();
        if (keep < 0) {
            return;
        }
        int bytes = 1 + random.nextInt(32);
        e.map(1, FuzzMaps.RING);
        e.moveImmediate(2, bytes);
        e.moveImmediate(3, 0);
        e.helper("bpf_ringbuf_reserve");
        called(Value.NOTHING);
        int none = e.label();
        e.to(none, Opcode.CLASS_JMP | Opcode.JEQ, 0, 0, 0);
        Known before = w.k.copy();
        e.move(keep, 0);
        w.k.registers[0] = Value.memory(bytes, true);
        w.k.registers[keep] = Value.memory(bytes, true);
        pin(keep);
        w.held++;
        if (clean) {
            // What a new record holds is whatever was there before.
            for (int at = 0; at < bytes; at++) {
                e.storeImmediate(1, keep, at, 0);
            }
        }
        block(inner(depth), depth + 1);
        w.held--;
        unpin(keep);
        if (argumentsFree()) {
            e.move(1, keep);
            e.moveImmediate(2, 1);
            e.helper(w.chance(50) ? "bpf_ringbuf_submit" : "bpf_ringbuf_discard");
            called(Value.NOTHING);
        }
        for (int i = 0; i < 64; i++) {
            w.k.spills[i] = null;
        }
        e.place(none);
        before.registers[0] = Value.NOTHING;
        before.registers[keep] = Value.NOTHING;
        w.k.registers[keep] = Value.NOTHING;
        for (int r = 6; r <= 9; r++) {
            if (w.k.registers[r].kind() == Kind.MEMORY && !w.k.registers[r].equals(before.registers[r])) {
                w.k.registers[r] = Value.NOTHING;
            }
        }
        w.k.merge(before);
    }

    private void dynptr(int depth) {
        if (!argumentsFree() || w.loops > 0) {
            return;
        }
        pin(1, 2, 3, 4, 5);
        int slot = w.slot(16);
        w.reserve(slot, 16, true);
        int scratch = w.slot(8);
        w.fill(scratch, 8);
        w.reserve(scratch, 8, true);
        unpin(1, 2, 3, 4, 5);
        int bytes = 16 + random.nextInt(32);
        e.mapValue(1, FuzzMaps.ONE, 0);
        e.moveImmediate(2, bytes);
        e.moveImmediate(3, 0);
        e.stackAddress(4, slot);
        e.helper("bpf_dynptr_from_mem");
        called(Value.NUMBER);
        for (int i = 0; i < 16; i++) {
            w.k.stack[512 + slot + i] = false;
        }
        int steps = 1 + random.nextInt(3);
        for (int i = 0; i < steps; i++) {
            int length = 1 + random.nextInt(8);
            int offset = random.nextInt(bytes + 2);
            switch (random.nextInt(4)) {
                case 0 -> {
                    e.stackAddress(1, scratch);
                    e.moveImmediate(2, length);
                    e.stackAddress(3, slot);
                    e.moveImmediate(4, offset);
                    e.moveImmediate(5, 0);
                    e.helper("bpf_dynptr_read");
                    called(Value.NUMBER);
                }
                case 1 -> {
                    e.stackAddress(1, slot);
                    e.moveImmediate(2, offset);
                    e.stackAddress(3, scratch);
                    e.moveImmediate(4, length);
                    e.moveImmediate(5, 0);
                    e.helper("bpf_dynptr_write");
                    called(Value.NUMBER);
                }
                case 2 -> {
                    e.stackAddress(1, slot);
                    e.kfunc("bpf_dynptr_size");
                    called(Value.NUMBER);
                }
                default -> {
                    e.stackAddress(1, slot);
                    e.moveImmediate(2, offset);
                    e.moveImmediate(3, length);
                    e.helper("bpf_dynptr_data");
                    called(Value.NOTHING);
                    memoryOrNull(Value.memory(length, true), depth);
                }
            }
            if (!argumentsFree()) {
                break;
            }
        }
        w.reserve(scratch, 8, false);
    }
}
