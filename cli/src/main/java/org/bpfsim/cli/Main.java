package org.bpfsim.cli;

/** Entry point. */
public final class Main {
    private Main() {}

    /** Runs the command. */
    public static void main(String[] args) {
        System.out.println("bpfsim");
    }
}
