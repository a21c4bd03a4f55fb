/**
 * What an object contains by libbpf's conventions (Linux 6.12: tools/lib/bpf). Knows no kernel.
 *
 * <pre>
 * BpfObject            all of it                      ObjectReader puts it together
 * BpfFunction          a program or sub-program       CodeReader, ReferenceReader
 * MapDefinition        a map or global data           BtfMapReader, LegacyMapReader
 * StructOpsDefinition  function pointers set          StructOpsReader
 * KconfigVariable      an extern of .kconfig          KconfigReader
 * </pre>
 */
package org.bpfsim.bpf.object;
