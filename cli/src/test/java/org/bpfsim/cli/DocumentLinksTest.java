package org.bpfsim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between our documents lead somewhere: to a file that is there, and to a heading in it. */
class DocumentLinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void everyRelativeLinkLeadsToAFileAndAHeading() throws IOException {
        Path root = Repository.library("").toAbsolutePath().getParent().getParent();
        List<Path> documents = new ArrayList<>();
        try (Stream<Path> top = Files.list(root);
                Stream<Path> docs = Files.walk(root.resolve("docs"));
                Stream<Path> scenarios = Files.walk(root.resolve("scenarios/programs"))) {
            Stream.of(top, docs, scenarios)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .forEach(documents::add);
        }
        assertThat(documents).hasSizeGreaterThan(10);
        List<String> broken = new ArrayList<>();
        for (Path document : documents) {
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                if (!links.group(1).contains("://") && !leads(document, links.group(1), links.group(2))) {
                    broken.add(root.relativize(document) + ": " + links.group());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean leads(Path document, String file, String anchor) throws IOException {
        Path target = file.isEmpty() ? document : document.getParent().resolve(file);
        return Files.exists(target)
                && (anchor == null
                        || !target.toString().endsWith(".md")
                        || anchors(target).contains(anchor));
    }

    /** The anchors that Markdown renderers make of headings. */
    private static Set<String> anchors(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
