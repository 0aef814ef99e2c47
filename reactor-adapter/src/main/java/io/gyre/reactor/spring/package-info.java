/**
 * Spring Boot on event loops: the auto-configuration and what it is made of. Uses {@code io.gyre.reactor}, the core's
 * {@code loop} and {@code work}, and, where they are on the class path, the coroutines adapter, Spring Boot's modules,
 * Micrometer, Lettuce and R2DBC.
 */
@NullMarked
package io.gyre.reactor.spring;

import org.jspecify.annotations.NullMarked;
