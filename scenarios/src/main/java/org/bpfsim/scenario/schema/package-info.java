/**
 * What may stand in a scenario file: every key described once.
 *
 * <pre>
 * ScenarioKeys     the description, section by section     NetworkKeys, WorkloadKeys, ArmKeys, RunKeys
 *                                                              (ServiceKeys, StyleKeys, TimeKeys: applications)
 * RecordType       a mapping with given keys -> a record   Key, Fields
 * OneOf            exactly one of several forms            ListType, MapType: repetition
 * TypedByObject    a C value, whose type only an ELF object knows
 * Scalars, Units   single values: numbers, words, 25Gbps, 200ms, 450KB, 10%
 * ScenarioBinder   YAML -> Scenario, or all Problems       ScenarioChecks: what concerns several sections
 * JsonSchema       the description -> schema/scenario.schema.json
 * Reference        the description -> docs/scenario-reference.md
 * </pre>
 * Binder, JSON Schema and reference are three readings of the same description, so they cannot disagree.
 */
package org.bpfsim.scenario.schema;
