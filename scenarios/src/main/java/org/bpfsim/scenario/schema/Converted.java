package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.bpfsim.scenario.yaml.YamlNode;

/** A value of one type made into another, which may be refused. */
record Converted<A, B>(ValueType<A> from, BiFunction<A, Report, Optional<B>> conversion) implements ValueType<B> {
    /** Where a conversion says what is wrong. */
    interface Report {
        void problem(String what, String remedy);
    }

    @Override
    public Optional<B> bind(YamlNode node, Context context) {
        return from.bind(node, context)
                .flatMap(a -> conversion.apply(a, (what, remedy) -> context.problem(node.place(), what, remedy)));
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        return from.toJsonSchema(schema);
    }

    @Override
    public String words() {
        return from.words();
    }

    @Override
    public List<ValueType<?>> parts() {
        return from.parts();
    }
}
