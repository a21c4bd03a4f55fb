package org.bpfsim.bpf.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that the verifier knew on its ways through a program, as a graph: a node for each time that it came to an instruction, an
 * edge to where it went on. A path that was left because an explored state covers it ends in a node that leads to that state's.
 */
final class Trail {
    /** One time that the verifier came to an instruction. */
    static final class Node {
        final State state;
        final int slot;
        final List<Node> next = new ArrayList<>();
        /** Set if the path was left here. */
        Node coveredBy;

        StateComparison.Mode coveredHow;
        /** The kept state that this node was explored from. */
        State explored;
        /** Registers that something later rested on, by frame. */
        final int[] wanted = new int[Verification.MAX_FRAMES];

        private Node(State state, int slot) {
            this.state = state;
            this.slot = slot;
        }

        int frame() {
            return state.frames.size() - 1;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("slot " + slot);
            for (Frame f : state.frames) {
                text.append("\n    frame ").append(f.number).append(':');
                for (int i = 0; i < 10; i++) {
                    if (f.regs[i].type != RegType.NOT_INIT) {
                        text.append(" R").append(i).append('=').append(f.regs[i]);
                    }
                }
            }
            return text.toString();
        }
    }

    private final Verification verification;
    private final Map<Trace, Node> byTrace = new IdentityHashMap<>();
    private final Map<State, Node> byCheckpoint = new IdentityHashMap<>();
    private final Map<Node, State> covers = new HashMap<>();
    private Node first;

    private Trail(Verification verification) {
        this.verification = verification;
    }

    /** Verifies a program and notes everything down; null if it is refused, or not within so many instructions. */
    static Trail of(VerifierInput input, int instructions) {
        Verification verification = new Verification(input, 0, instructions);
        Trail trail = new Trail(verification);
        verification.walk = trail.new Notes();
        try {
            verification.run();
        } catch (Refused refused) {
            return null;
        }
        trail.covers.forEach((node, state) -> node.coveredBy = trail.byCheckpoint.get(state));
        return trail;
    }

    Node first() {
        return first;
    }

    Verification verification() {
        return verification;
    }

    private final class Notes extends Walk {
        @Override
        void step(State state) {
            Node node = add(state, state.trace.previous, state.trace.slot);
            byTrace.put(state.trace, node);
            if (state.trace.checkpoint != null) {
                byCheckpoint.put(state.trace.checkpoint, node);
                node.explored = state.trace.checkpoint;
            }
        }

        private Node add(State state, Trace previous, int slot) {
            Node node = new Node(state.copy(), slot);
            if (previous == null) {
                first = first == null ? node : first;
            } else {
                byTrace.get(previous).next.add(node);
            }
            return node;
        }

        @Override
        void aside(Trace node, Trace copy) {
            byTrace.put(copy, byTrace.get(node));
        }

        @Override
        void known(State state, int slot, State explored, StateComparison.Mode mode) {
            Node node = add(state, state.trace, slot);
            node.coveredHow = mode;
            covers.put(node, explored);
        }

        @Override
        void wanted(Trace trace, int[] registers) {
            Node node = byTrace.get(trace);
            for (int i = 0; i < registers.length; i++) {
                node.wanted[i] |= registers[i];
            }
        }
    }
}
