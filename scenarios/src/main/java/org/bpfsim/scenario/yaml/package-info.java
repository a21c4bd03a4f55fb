/**
 * Reads YAML into a small tree in which every value knows its line and column.
 *
 * <pre>
 * Place      file, line, column of a value
 * Problem    something the user has to mend: where, what, how
 * Problems   collects them, so that all are said at once
 * YamlNode   the tree: YamlMapping, YamlSequence, YamlScalar
 * YamlText   text -> tree, or Problems
 * </pre>
 * Knows nothing of scenarios. YAML 1.2 by snakeyaml-engine; the meaning of scalars is left to {@code schema}.
 */
package org.bpfsim.scenario.yaml;
