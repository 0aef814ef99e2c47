package io.gyre.stream;

/**
 * Where the steps of a {@link Transform#of} put what comes out. It is told once that a chunk is done, and may be given
 * any number of chunks before that.
 *
 * @param <O> the type of the chunks that come out
 */
public interface TransformOutput<O> extends TransformCallback<O> {

    /**
     * Hands a chunk over. It is taken in any case; a step that makes many should make no more after false than it must.
     *
     * @param chunk the chunk
     * @return false if nobody has room for more now
     */
    boolean push(O chunk);
}
