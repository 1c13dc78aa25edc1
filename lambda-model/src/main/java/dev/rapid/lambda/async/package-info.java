/**
 * How asynchronous invocations are configured: {@link dev.rapid.lambda.async.AsyncSettings} is
 * Lambda's event invoke configuration of a function and its dead-letter target, {@link
 * dev.rapid.lambda.async.Destination} is a target of them (contract invoke-api, section 4).
 */
@NullMarked
package dev.rapid.lambda.async;

import org.jspecify.annotations.NullMarked;
