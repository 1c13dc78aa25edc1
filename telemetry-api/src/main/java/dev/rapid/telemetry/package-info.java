/** Telemetry records, the subscriptions to them and their delivery. */
@NullMarked
package dev.rapid.telemetry;

import org.jspecify.annotations.NullMarked;
