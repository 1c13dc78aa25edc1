/**
 * Which sandboxes a function has, which of them takes an invocation, and which invocations wait.
 *
 * <p>Begin with {@link dev.rapid.core.fleet.Fleet}; what it decides is in {@code FleetMachine}, a
 * pure function from {@code FleetState} and {@code FleetEvent} to the next state and {@code
 * FleetEffect}s.
 */
@NullMarked
package dev.rapid.core.fleet;

import org.jspecify.annotations.NullMarked;
