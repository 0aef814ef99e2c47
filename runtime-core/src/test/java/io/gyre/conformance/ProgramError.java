package io.gyre.conformance;

/** What a program throws or rejects with. Its message is the label that the trace shows. */
final class ProgramError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProgramError(String label) {
        super(label, null, false, false);
    }

    @Override
    public String toString() {
        return "the program's own error '" + getMessage() + "'";
    }
}
