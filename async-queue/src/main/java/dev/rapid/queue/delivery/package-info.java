/**
 * Delivers records and dead letters to destinations other than functions: files, hooks, and the
 * services of the cloud (package {@link dev.rapid.queue.delivery.aws}). Begin with {@link
 * dev.rapid.queue.delivery.DeliveryRunners}. Nothing of it is loaded before the first delivery.
 */
@NullMarked
package dev.rapid.queue.delivery;

import org.jspecify.annotations.NullMarked;
