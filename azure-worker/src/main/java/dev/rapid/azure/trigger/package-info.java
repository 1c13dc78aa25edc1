/**
 * From the payload of an invocation to the data of a trigger, and from what a function returns to
 * the response (contract azure-functions-worker, sections 7, 14.3 and 14.4). Begin reading with
 * {@link dev.rapid.azure.trigger.TriggerMapping}.
 */
@NullMarked
package dev.rapid.azure.trigger;

import org.jspecify.annotations.NullMarked;
