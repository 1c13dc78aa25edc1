/** The error catalogue. */
@NullMarked
package dev.rapid.core.error;

import org.jspecify.annotations.NullMarked;
