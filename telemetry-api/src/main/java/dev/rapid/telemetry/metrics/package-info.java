/** What is measured, for programs that scrape it. */
@NullMarked
package dev.rapid.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
