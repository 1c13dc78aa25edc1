/**
 * What becomes of the results of asynchronous invocations: invocation records and dead letters, and
 * their delivery (contract invoke-api, sections 4.1 and 4.2). Begin with {@link
 * dev.rapid.queue.destination.Deliveries}.
 */
@NullMarked
package dev.rapid.queue.destination;

import org.jspecify.annotations.NullMarked;
