/** The one catalogue of everything that can go wrong with an invocation. */
@NullMarked
package dev.rapid.core.error;

import org.jspecify.annotations.NullMarked;
