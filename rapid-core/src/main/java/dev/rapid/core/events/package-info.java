/**
 * What happens in a sandbox, for telemetry and logs. Begin with {@link
 * dev.rapid.core.events.LifecycleEvent}; {@link dev.rapid.core.events.EventsApi} receives them.
 */
@NullMarked
package dev.rapid.core.events;

import org.jspecify.annotations.NullMarked;
