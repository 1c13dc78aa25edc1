/**
 * One request of the operation Invoke, from its head to its answer.
 *
 * <p>Begin with {@link dev.rapid.invokeapi.invoke.InvokeHandler}. {@link
 * dev.rapid.invokeapi.invoke.InvokeRequest} is the checked head; a {@link
 * dev.rapid.invokeapi.invoke.FunctionCall} reads the body, runs the invocation and answers.
 * Streamed responses and function URLs are further kinds of {@link
 * dev.rapid.invokeapi.invoke.Caller}.
 */
@NullMarked
package dev.rapid.invokeapi.invoke;

import org.jspecify.annotations.NullMarked;
