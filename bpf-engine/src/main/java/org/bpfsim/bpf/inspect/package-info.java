/**
 * What an object contains and asks for, without loading it: the data behind {@code bpfsim bpf inspect}.
 *
 * <pre>
 * Inspection       reads an opened object into a report
 * ObjectReport     programs, maps, helpers, kfuncs, kernel fields, struct_ops, licence
 * ReportText       the report as text, in the manner of bpftool
 * Xlated           instructions with maps, helpers and C lines, as bpftool prog dump xlated
 * BtfDump, CTypes  types by id, and as C, as bpftool btf dump
 * MapDump          the contents of a map, as bpftool map dump prints them
 * SectionNames     which program type a section name means to libbpf
 * </pre>
 * Needs no embedder: everything comes from the object and from libbpf's conventions.
 */
package org.bpfsim.bpf.inspect;
