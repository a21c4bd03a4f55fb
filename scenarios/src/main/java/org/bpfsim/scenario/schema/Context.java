package org.bpfsim.scenario.schema;

import java.util.Map;
import java.util.TreeMap;
import org.bpfsim.scenario.yaml.Place;
import org.bpfsim.scenario.yaml.Problems;
import org.bpfsim.scenario.yaml.YamlNode;

/** Where the binder is in the document, and where problems go. */
final class Context {
    private final Problems problems;
    private final Map<String, Place> places;
    private final String path;
    private final String name;

    private Context(Problems problems, Map<String, Place> places, String path, String name) {
        this.problems = problems;
        this.places = places;
        this.path = path;
        this.name = name;
    }

    /** The context of a document's root. */
    static Context root(Problems problems) {
        return new Context(problems, new TreeMap<>(), "", "scenario");
    }

    /** The context of the value of {@code key}, which stands at {@code node}'s place. */
    Context key(String key, YamlNode node) {
        String childPath = path.isEmpty() ? key : path + "." + key;
        places.put(childPath, node.place());
        return new Context(problems, places, childPath, key);
    }

    /** The context of an item of the list that this context stands for. */
    Context item(int index, YamlNode node) {
        String childPath = path + "[" + index + "]";
        places.put(childPath, node.place());
        return new Context(problems, places, childPath, name);
    }

    /** What an error message calls the value: its key. */
    String name() {
        return name;
    }

    /** The place of every value bound so far, by path: {@code workload[0].rpc.load}. */
    Map<String, Place> places() {
        return places;
    }

    void problem(Place place, String what, String remedy) {
        problems.add(place, what, remedy);
    }
}
