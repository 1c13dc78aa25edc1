/** Subscriptions to telemetry: who gets what, in which batches, and how it is delivered. */
@NullMarked
package dev.rapid.telemetry.subscription;

import org.jspecify.annotations.NullMarked;
