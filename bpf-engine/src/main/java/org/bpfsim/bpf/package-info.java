/** An eBPF runtime for the JVM. */
package org.bpfsim.bpf;
