package org.bpfsim.scenario.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;

/**
 * {@code run.json}: a run in short. Holds no wall-clock value, so that it is the same whenever the run is repeated.
 *
 * @param message why it failed; null if it did not
 */
@JsonPropertyOrder({
    "id",
    "variant",
    "replication",
    "identity",
    "fingerprint",
    "events",
    "simTimeNs",
    "status",
    "message"
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunRecord(
        String id,
        String variant,
        int replication,
        String identity,
        String fingerprint,
        long events,
        long simTimeNs,
        String status,
        String message) {

    /** Status of a run that went through. */
    public static final String OK = "ok";

    /** Status of a run that was given up. */
    public static final String FAILED = "failed";

    /** Status in a manifest of a run that has not been done. */
    public static final String PENDING = "pending";

    String toJson() {
        return Json.write(this);
    }

    static RunRecord parse(String json) throws JsonProcessingException {
        return Json.MAPPER.readValue(json, RunRecord.class);
    }
}
