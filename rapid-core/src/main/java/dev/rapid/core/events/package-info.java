/** Lifecycle events and the port that receives them. */
@NullMarked
package dev.rapid.core.events;

import org.jspecify.annotations.NullMarked;
