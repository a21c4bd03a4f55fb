package org.bpfsim.scenario.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bpfsim.scenario.yaml.Place;
import org.bpfsim.scenario.yaml.YamlMapping;
import org.bpfsim.scenario.yaml.YamlNode;
import org.bpfsim.tcp.sock.Sysctls;

/** Sysctls by their Linux names, each as the host's kernel would take it. */
final class SysctlType implements ValueType<Map<String, String>> {
    private final MapType<String, String> any = new MapType<>("sysctl", Scalars.text(), Scalars.scalarText());

    @Override
    public Optional<Map<String, String>> bind(YamlNode node, Context context) {
        Optional<Map<String, String>> bound = any.bind(node, context);
        if (bound.isEmpty() || !(node instanceof YamlMapping mapping)) {
            return bound;
        }
        boolean good = true;
        Sysctls trial = new Sysctls();
        for (YamlMapping.Entry entry : mapping.entries()) {
            good &= set(trial, entry, bound.get().get(entry.key()), context);
        }
        return good ? Optional.of(new TreeMap<>(bound.get())) : Optional.empty();
    }

    private static boolean set(Sysctls trial, YamlMapping.Entry entry, String value, Context context) {
        String name = entry.key();
        if (!trial.names().contains(name)) {
            context.problem(entry.place(), "sysctl " + name + " is not modelled.", remedy(name, trial));
            return false;
        }
        try {
            trial.set(name, value);
            return true;
        } catch (IllegalArgumentException e) {
            Place place = entry.value().place();
            context.problem(place, e.getMessage() + ".", "");
            return false;
        }
    }

    private static String remedy(String name, Sysctls trial) {
        return DidYouMean.nearest(name, trial.names())
                .map(near -> "Did you mean `" + near + "`?")
                .orElse("Modelled are " + String.join(", ", trial.names()) + ".");
    }

    @Override
    public ObjectNode toJsonSchema(JsonSchema schema) {
        return any.toJsonSchema(schema);
    }

    @Override
    public String words() {
        return any.words();
    }
}
