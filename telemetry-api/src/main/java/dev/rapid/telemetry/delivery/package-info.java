/**
 * How records reach subscribers. A {@link dev.rapid.telemetry.delivery.Subscriber} is a bounded
 * queue with batches; a {@link dev.rapid.telemetry.delivery.Destination} sends a batch over HTTP or
 * TCP.
 */
@NullMarked
package dev.rapid.telemetry.delivery;

import org.jspecify.annotations.NullMarked;
