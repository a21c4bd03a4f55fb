package org.bpfsim.bpf.object;

/**
 * An extern of {@code .kconfig}: the loader fills in the kernel's configuration.
 *
 * @param offset within the read-only {@code .kconfig} data
 */
public record KconfigVariable(String name, int bytes, int offset, boolean weak) {}
