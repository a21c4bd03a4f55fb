package org.bpfsim.report.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bpfsim.report.data.Expectation.Direction;
import org.bpfsim.report.data.Expectation.Range;

/** Reads the expectations of a manifest; manifests of earlier versions have none. */
final class ExpectationReader {
    private ExpectationReader() {}

    static List<Expectation> read(JsonNode nodes) {
        List<Expectation> expectations = new ArrayList<>();
        for (JsonNode node : nodes) {
            expectations.add(new Expectation(
                    word(node, "metric").replace('-', '_'),
                    word(node, "group"),
                    word(node, "arm"),
                    word(node, "against"),
                    word(node, "in").equals("rollout"),
                    Optional.ofNullable(node.path("direction").textValue())
                            .map(word -> Direction.valueOf(word.toUpperCase(Locale.ROOT))),
                    range(node.path("by")),
                    range(node.path("value"))));
        }
        return expectations;
    }

    private static String word(JsonNode node, String key) {
        return node.path(key).asText("");
    }

    private static Optional<Range> range(JsonNode node) {
        if (!node.hasNonNull("low")) {
            return Optional.empty();
        }
        return Optional.of(new Range(
                node.get("low").asDouble(),
                node.hasNonNull("high") ? node.get("high").asDouble() : Double.POSITIVE_INFINITY));
    }
}
