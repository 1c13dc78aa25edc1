/** The lifecycle: the machine, its shell, and the two of them in a simulated world. */
@NullMarked
package dev.rapid.core.sandbox;

import org.jspecify.annotations.NullMarked;
