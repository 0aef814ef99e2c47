/** Servers on Spring Boot that answer "Hello, World!", for the HTTP benchmark. */
@NullMarked
package io.gyre.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
