/**
 * What the loop costs, beside its peers: one class per question, with the contestants as parameters of the same run.
 * Each figure is the time of one operation inside a long chain of them on a thread that is up and warm.
 */
@NullMarked
package io.gyre.benchmarks;

import org.jspecify.annotations.NullMarked;
