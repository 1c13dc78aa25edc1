/** Tests of what is measured. */
@NullMarked
package dev.rapid.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
