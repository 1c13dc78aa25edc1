/**
 * The function as it is configured, as one value with a revision: {@link
 * dev.rapid.core.function.FunctionDescription}.
 */
@NullMarked
package dev.rapid.core.function;

import org.jspecify.annotations.NullMarked;
