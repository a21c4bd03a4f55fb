/**
 * Kernel structs as the embedder models them, each field bound to a Java class.
 */
package org.bpfsim.bpf.types;
