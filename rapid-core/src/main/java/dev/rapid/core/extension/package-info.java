/** Extensions of a function: what each is doing, and the calls that it makes. */
@NullMarked
package dev.rapid.core.extension;

import org.jspecify.annotations.NullMarked;
