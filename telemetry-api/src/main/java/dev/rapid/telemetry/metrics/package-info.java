/** Meters, for programs that scrape them. */
@NullMarked
package dev.rapid.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
