package org.bpfsim.scenario.result;

import java.util.List;
import org.bpfsim.scenario.plan.Sha256;

/**
 * The files that an experiment was made from, as they were read.
 *
 * @param scenarioFile the scenario's file name, without its folder
 * @param scenarioText its text
 * @param objects the ELF objects that it names, each once, in the order of the scenario
 */
public record Inputs(String scenarioFile, String scenarioText, List<ObjectFile> objects) {
    /**
     * An ELF object.
     *
     * @param givenAs path in the scenario
     * @param copy path of its copy in a result folder
     */
    public record ObjectFile(String givenAs, String copy, byte[] content) {
        /** Of its content. */
        public String sha256() {
            return Sha256.of(content);
        }
    }

    public Inputs {
        objects = List.copyOf(objects);
    }

    /** Of the text. */
    public String scenarioSha256() {
        return Sha256.of(scenarioText);
    }
}
