/**
 * The asynchronous invocations of the functions of a Rapid: {@link
 * dev.rapid.emulator.queue.EventQueue} takes events from callers and runs them in the functions'
 * sandboxes. What it needs of a function is a {@link dev.rapid.emulator.queue.QueuedFunction}.
 */
@NullMarked
package dev.rapid.emulator.queue;

import org.jspecify.annotations.NullMarked;
