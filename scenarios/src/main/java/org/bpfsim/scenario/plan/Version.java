package org.bpfsim.scenario.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this program, which is part of every run's identity: another version may simulate differently. */
public final class Version {
    private Version() {}

    /** As in the build. */
    public static String current() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties in our own jar", e);
        }
        return properties.getProperty("version");
    }
}
