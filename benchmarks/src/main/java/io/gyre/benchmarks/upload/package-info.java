/** Servers whose uploads are read slowly: what each holds meanwhile. Nothing depends on it. */
@NullMarked
package io.gyre.benchmarks.upload;

import org.jspecify.annotations.NullMarked;
