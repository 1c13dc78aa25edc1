/** The queue's decisions: one by one, and in many random lives of several nodes. */
@NullMarked
package dev.rapid.core.queue;

import org.jspecify.annotations.NullMarked;
