/**
 * What a file costs on its way to a socket: the same answer from each contestant, every one on one event loop.
 * {@code benchmarks/file/run.sh} runs them.
 */
@NullMarked
package io.gyre.benchmarks.file;

import org.jspecify.annotations.NullMarked;
