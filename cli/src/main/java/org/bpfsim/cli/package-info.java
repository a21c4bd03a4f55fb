/**
 * The {@code bpfsim} command, and nothing but the words of it.
 *
 * <pre>
 * Main            parses the command line, turns every failure into a message and an exit status
 * RunCommand …    one class per word; each calls one facade of scenarios, reports, bpf-engine or benchmarks
 * ProgressBar     what is seen on a terminal while runs go on
 * ExitStatus      0, 1, 2, 130: what scripts can rely on
 * </pre>
 *
 * What a word does lives in the module that it calls.
 */
package org.bpfsim.cli;
