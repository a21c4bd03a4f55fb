/**
 * The instruction set (RFC 9669), with all conformance groups; {@code callx} is refused, as by Linux.
 *
 * <pre>
 * Instruction   one instruction; a wide one takes two slots
 * Opcode        its bits
 * Code          bytes to instructions and back
 * Arithmetic    what ALU and jump instructions compute: the one definition
 * CodeCheck     whether code is made of instructions at all
 * Disassembler  text as in the kernel's verifier log
 * </pre>
 */
package org.bpfsim.bpf.isa;
