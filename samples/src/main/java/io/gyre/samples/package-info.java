/** Programs to start from, one per idea. They use the public packages of the core, and whatever libraries they show. */
@NullMarked
package io.gyre.samples;

import org.jspecify.annotations.NullMarked;
