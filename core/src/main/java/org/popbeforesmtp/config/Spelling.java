// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was most likely meant by a mistyped one. */
final class Spelling {

    private Spelling() {}

    /** A share of a word's letters: with more of them changed it is a different word. */
    private static final int SHARE = 3;

    /**
     * The nearest candidate, if it is so near that it may be meant: few changes make it, or the word is its beginning or,
     * behind a dot, its end.
     */
    static Optional<String> meant(String word, Collection<String> candidates) {
        String lower = word.toLowerCase(Locale.ROOT);
        String nearest = nearest(word, candidates);
        return distance(lower, nearest.toLowerCase(Locale.ROOT)) <= Math.max(1, word.length() / SHARE)
                ? Optional.of(nearest)
                : candidates.stream()
                        .filter(candidate -> isPart(lower, candidate.toLowerCase(Locale.ROOT)))
                        .findFirst();
    }

    private static boolean isPart(String word, String candidate) {
        return (word.length() >= SHARE && candidate.startsWith(word)) || candidate.endsWith("." + word);
    }

    /** The candidate that takes the fewest changes, whatever the case of letters; the first of several. */
    static String nearest(String word, Collection<String> candidates) {
        String lower = word.toLowerCase(Locale.ROOT);
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(lower, candidate.toLowerCase(Locale.ROOT))))
                .orElseThrow(() -> new IllegalArgumentException("there are no candidates"));
    }

    /** How many letters to insert, delete or change to make one word of the other (Levenshtein). */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
