/**
 * Clocks and timers as ports, so that tests own the time. {@link dev.rapid.core.time.Deadline} is a
 * moment that something has to be over by.
 */
@NullMarked
package dev.rapid.core.time;

import org.jspecify.annotations.NullMarked;
