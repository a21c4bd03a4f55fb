/** Statistics, tables, charts and the HTML report. */
package org.bpfsim.report;
