/** Alarms in virtual time. */
@NullMarked
package dev.rapid.core.time;

import org.jspecify.annotations.NullMarked;
