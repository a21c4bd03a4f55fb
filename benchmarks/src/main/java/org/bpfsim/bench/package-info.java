/** Benchmarks, each against a peer or a limit. */
package org.bpfsim.bench;
