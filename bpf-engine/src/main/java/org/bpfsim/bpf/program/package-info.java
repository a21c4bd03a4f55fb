/**
 * From an object to running programs: families, environment, loader, instances.
 */
package org.bpfsim.bpf.program;
