package org.bpfsim.report.stats;

/** Classes of flows by size. A KB is 1,000 bytes and an MB 1,000,000; bounds belong to the smaller class. */
public enum SizeClass {
    UP_TO_10KB("le-10KB", "≤ 10 KB (short)", 10_000L),
    UP_TO_100KB("10KB-100KB", "10–100 KB", 100_000L),
    UP_TO_1MB("100KB-1MB", "100 KB–1 MB", 1_000_000L),
    UP_TO_10MB("1MB-10MB", "1–10 MB", 10_000_000L),
    OVER_10MB("gt-10MB", "> 10 MB", Long.MAX_VALUE);

    private static final SizeClass[] BY_SIZE = values();

    private final String key;
    private final String label;
    private final long maxBytes;

    SizeClass(String key, String label, long maxBytes) {
        this.key = key;
        this.label = label;
        this.maxBytes = maxBytes;
    }

    /** Name in CSV files. */
    public String key() {
        return key;
    }

    /** Name for readers. */
    public String label() {
        return label;
    }

    /** The class of a flow of that many bytes. */
    public static SizeClass of(long sizeBytes) {
        for (SizeClass sizeClass : BY_SIZE) {
            if (sizeBytes <= sizeClass.maxBytes) {
                return sizeClass;
            }
        }
        return OVER_10MB;
    }
}
