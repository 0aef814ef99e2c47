package io.gyre.stream;

/**
 * What a source lends a sink in place of a chunk, until the sink releases it. It is handed on at once, by stages that need
 * no chunk, or not at all: no stream keeps one in its buffer, and nobody else sees it.
 */
sealed interface Loan permits FileRange, LentBytes {

    /** What is lent. */
    enum Kind {
        RANGE,
        BYTES
    }

    /** What a loan is. */
    static Kind kindOf(Loan loan) {
        return loan instanceof FileRange ? Kind.RANGE : Kind.BYTES;
    }

    int length();

    void release();
}
