package org.bpfsim.bpf.verifier;

/** Is told how paths are walked: for those who look at the verifier at work. Does nothing by itself. */
class Walk {
    static final Walk UNSEEN = new Walk();

    /** An instruction is about to be checked: what is known is {@code state}, whose trace ends with it. */
    void step(State state) {}

    /** A path was put aside: {@code copy} stands for the same step as {@code node}. */
    void aside(Trace node, Trace copy) {}

    /** A path ends before a slot because an explored state covers the current one. */
    void known(State state, int slot, State explored, StateComparison.Mode mode) {}

    /** Something rests on the numbers in some registers before a step: bits by frame. */
    void wanted(Trace node, int[] registers) {}
}
