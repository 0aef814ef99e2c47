/** Servers that answer "Hello, World!", one per contestant of the HTTP benchmark. */
@NullMarked
package io.gyre.benchmarks.http;

import org.jspecify.annotations.NullMarked;
