/** Clocks and timers as ports, so that tests own the time. */
@NullMarked
package dev.rapid.core.time;

import org.jspecify.annotations.NullMarked;
