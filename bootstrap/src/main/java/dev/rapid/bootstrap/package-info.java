/** Finds, starts and watches the processes of a function. */
@NullMarked
package dev.rapid.bootstrap;

import org.jspecify.annotations.NullMarked;
