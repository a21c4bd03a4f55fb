/**
 * Kernel structs as the embedder models them, each field bound to a Java class.
 *
 * <pre>
 * KernelTypes        all structs and enums
 * StructType         one struct; StructTypeBuilder describes it member by member in C layout
 * Member             a member's C shape and its Java accessors
 * StructLayout       where each byte lives in Java: loads and stores       hot path
 * StructOpsType      a struct of function pointers that programs implement
 * Addresses          how accessors of pointer fields make addresses
 * </pre>
 */
package org.bpfsim.bpf.types;
