package org.bpfsim.scenario.plan;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.bpfsim.scenario.model.ArrivalSpec;
import org.bpfsim.scenario.model.Fraction;
import org.bpfsim.scenario.model.LossSpec;
import org.bpfsim.scenario.model.QueueDepth;
import org.bpfsim.scenario.model.Scenario;
import org.bpfsim.scenario.model.SizeSpec;
import org.bpfsim.scenario.model.TimeSpec;
import org.bpfsim.scenario.model.TopologySpec;
import org.bpfsim.scenario.model.WorkloadSpec;

/** A scenario as resolved, defaults filled in, as JSON with a fixed order of keys. */
public final class ScenarioJson {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .registerModule(new SimpleModule()
                    .addSerializer(new OptionalWriter())
                    .addSerializer(new WordWriter())
                    .addSerializer(Fraction.class, ToStringSerializer.instance)
                    .addSerializer(QueueDepth.class, ToStringSerializer.instance)
                    .addSerializer(new OptionalLongWriter()))
            .addMixIn(TopologySpec.class, Tagged.class)
            .addMixIn(WorkloadSpec.class, Tagged.class)
            .addMixIn(SizeSpec.class, Tagged.class)
            .addMixIn(TimeSpec.class, Tagged.class)
            .addMixIn(ArrivalSpec.class, Tagged.class)
            .addMixIn(LossSpec.class, Tagged.class);

    private ScenarioJson() {}

    /** All values of a scenario, in base units. */
    public static ObjectNode of(Scenario scenario) {
        return MAPPER.valueToTree(scenario);
    }

    /** Says of which kind a value of a sealed type is. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "kind")
    private interface Tagged {}

    @SuppressWarnings("rawtypes") // Jackson asks for the raw class
    private static final class OptionalWriter extends JsonSerializer<Optional> {
        @Override
        public Class<Optional> handledType() {
            return Optional.class;
        }

        @Override
        public void serialize(Optional value, JsonGenerator out, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(value.isPresent() ? value.get() : null, out);
        }
    }

    /** Enum constants as scenario files write them. */
    @SuppressWarnings("rawtypes") // Jackson asks for the raw class
    private static final class WordWriter extends JsonSerializer<Enum> {
        @Override
        public Class<Enum> handledType() {
            return Enum.class;
        }

        @Override
        public void serialize(Enum value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    private static final class OptionalLongWriter extends JsonSerializer<OptionalLong> {
        @Override
        public Class<OptionalLong> handledType() {
            return OptionalLong.class;
        }

        @Override
        public void serialize(OptionalLong value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (value.isPresent()) {
                out.writeNumber(value.getAsLong());
            } else {
                out.writeNull();
            }
        }
    }
}
