package org.bpfsim.scenario.schema;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Guesses which word was meant. */
final class DidYouMean {
    /** What is longer is no word with a slip in it, and would take long to compare. */
    private static final int LONGEST_WORD = 100;

    private DidYouMean() {}

    /** {@code Did you mean `delay`?} if one word is near, else the list of all. */
    static String remedy(String text, Collection<String> known) {
        return nearest(text, known)
                .map(word -> "Did you mean `" + word + "`?")
                .orElseGet(() -> known.isEmpty()
                        ? ""
                        : "Known: " + known.stream().map(w -> "`" + w + "`").collect(Collectors.joining(", ")) + ".");
    }

    /** The nearest known word, if it takes few enough edits. */
    static Optional<String> nearest(String text, Collection<String> known) {
        String given = normal(text);
        if (given.matches("[0-9.]*")) {
            return Optional.empty(); // a near number is no likelier than any other
        }
        int limit = Math.max(1, given.length() / 3);
        if (given.length() > LONGEST_WORD) {
            return Optional.empty();
        }
        return known.stream()
                .filter(word -> distance(given, normal(word)) <= limit)
                .min(Comparator.comparingInt((String word) -> distance(given, normal(word)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code warm_up}, {@code warmUp} and {@code warmup} are all near {@code warm-up}. */
    private static String normal(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
    }

    /** Damerau and Levenshtein's distance with transpositions of neighbours. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int substitute = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, substitute);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
