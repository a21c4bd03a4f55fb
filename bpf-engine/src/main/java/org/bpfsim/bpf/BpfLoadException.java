package org.bpfsim.bpf;

/**
 * An object that cannot be loaded: it is malformed, or it asks for what is not there. The message names the place,
 * what is wrong and the way to mend it.
 */
public final class BpfLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SourceLocation location;
    private final String reason;
    private final String remedy;

    /**
     * @param location where in the object
     * @param reason what is wrong, one sentence without a final stop
     * @param remedy what the user can do about it; may be empty
     */
    public BpfLoadException(SourceLocation location, String reason, String remedy) {
        super(text(location, reason, remedy));
        this.location = location;
        this.reason = reason;
        this.remedy = remedy;
    }

    private static String text(SourceLocation location, String reason, String remedy) {
        StringBuilder text = new StringBuilder();
        text.append(location).append(": ").append(reason).append('.');
        location.line()
                .filter(l -> !l.text().isEmpty())
                .ifPresent(l -> text.append("\n  > ").append(l.text()));
        if (!remedy.isEmpty()) {
            text.append("\n  ").append(remedy);
        }
        return text.toString();
    }

    public SourceLocation location() {
        return location;
    }

    public String reason() {
        return reason;
    }

    public String remedy() {
        return remedy;
    }
}
