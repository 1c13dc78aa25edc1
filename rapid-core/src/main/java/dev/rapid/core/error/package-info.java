/**
 * What can go wrong with an invocation: {@link dev.rapid.core.error.ErrorType} is the one catalogue
 * of types, {@link dev.rapid.core.error.FailureMessages} are the words for them.
 */
@NullMarked
package dev.rapid.core.error;

import org.jspecify.annotations.NullMarked;
