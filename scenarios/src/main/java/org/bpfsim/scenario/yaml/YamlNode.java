package org.bpfsim.scenario.yaml;

/** A value in a YAML file that knows its place. */
public sealed interface YamlNode permits YamlMapping, YamlSequence, YamlScalar {
    /** Where it begins. */
    Place place();

    /** What it is, in the words of an error message: {@code a mapping}, {@code a list}, {@code "40"}. */
    String describe();
}
