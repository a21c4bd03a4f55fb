/**
 * Reads a result folder.
 *
 * <pre>
 * ResultFolder     the way in: open(path), manifest(), runs(), read(run)
 * Manifest         what was run: arms, programs, hashes, seed, network
 * RunTables        one run's tables, as Tablesaw columns
 * TableFormat      the columns of each file, with explicit types
 * ResultException  what is wrong with a folder, where, and how to mend it
 * </pre>
 *
 * A folder may come from a batch that was interrupted: runs without a folder of their own are reported as missing, and a
 * replication counts for a comparison only when all of its runs are there. A file that exists but cannot be read is an
 * error, never skipped.
 */
package org.bpfsim.report.data;
