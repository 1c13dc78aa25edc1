/**
 * The operation InvokeWithResponseStream (contract invoke-api, section 3).
 *
 * <p>Begin with {@link dev.rapid.invokeapi.stream.ResponseStreamHandler}; {@link
 * dev.rapid.invokeapi.stream.ResponseStreaming} has the pace and the limit.
 */
@NullMarked
package dev.rapid.invokeapi.stream;

import org.jspecify.annotations.NullMarked;
