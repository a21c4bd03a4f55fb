package org.bpfsim.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the command, of its JVM, and of the Linux that it models. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "bpfsim " + org.bpfsim.scenario.plan.Version.current(),
            "Linux modelled: 6.12",
            "Java: " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
        };
    }
}
