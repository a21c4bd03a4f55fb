/**
 * Scores stored results: reads a result folder, compares its arms, and writes tables, charts and one page to read.
 *
 * <pre>
 * Reporter   the front door: report(folder, options)
 * data       what a result folder holds, read into columnar tables
 * stats      metrics per arm and replication, effects with intervals, verdicts
 * text       numbers for readers, the terminal's table, CSV files
 * chart      SVG and PNG charts with one palette
 * html       report.html
 * </pre>
 *
 * Knows nothing of simulation: any stored folder can be reported again, on another machine, years later. The same stored
 * results give the same bytes of tables, SVG charts and page, on every JDK from 17 up and whatever fonts are installed.
 */
package org.bpfsim.report;
