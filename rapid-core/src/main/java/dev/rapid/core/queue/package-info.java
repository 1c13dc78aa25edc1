/**
 * The queue of work whose callers do not wait: which entry runs next, when it runs again, and when
 * it is given up.
 *
 * <p>Begin with {@link dev.rapid.core.queue.QueueMachine}: a pure function from a state, an event
 * and a time to the next state and effects. The entries themselves are in a store that survives the
 * process and may be shared by several nodes; the machine of a node knows only what the node has
 * claimed.
 */
@NullMarked
package dev.rapid.core.queue;

import org.jspecify.annotations.NullMarked;
