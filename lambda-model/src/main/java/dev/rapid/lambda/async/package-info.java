/**
 * Asynchronous invocations, as the modules that take, run and show them see them (contract
 * invoke-api, section 4). {@link dev.rapid.lambda.async.EventIntake} takes one. {@link
 * dev.rapid.lambda.async.AsyncSettings} is Lambda's event invoke configuration of a function and
 * its dead-letter target, {@link dev.rapid.lambda.async.Destination} is a target of them.
 */
@NullMarked
package dev.rapid.lambda.async;

import org.jspecify.annotations.NullMarked;
