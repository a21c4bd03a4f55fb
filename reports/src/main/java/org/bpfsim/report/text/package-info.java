/**
 * Numbers and tables as text, without locale and the same on every JDK.
 *
 * <pre>
 * Numbers       digits: for CSV files, and rounded for readers
 * Quantities    numbers with units: 1.24 ms, 9.8 Gbit/s, 3.1%
 * EffectWords   an effect and its verdict in words
 * JudgementWords  an expectation and what became of it
 * TextTable     aligned columns for a terminal
 * EffectsTable  the table at the end of a run
 * Csv           a CSV file, byte-stable
 * TableFiles    tables/*.csv with their columns documented
 * </pre>
 */
package org.bpfsim.report.text;
