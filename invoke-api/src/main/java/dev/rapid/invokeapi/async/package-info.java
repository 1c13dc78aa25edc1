/**
 * Asynchronous invocations: {@link dev.rapid.invokeapi.async.AsyncInvocations} accepts, repeats and
 * gives up invocations of type {@code Event} (contract invoke-api, section 4).
 */
@NullMarked
package dev.rapid.invokeapi.async;

import org.jspecify.annotations.NullMarked;
