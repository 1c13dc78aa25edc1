/**
 * HTTP requests as payloads of functions, and results of functions as HTTP responses: what function
 * URLs and APIs have in common. Nothing here knows HTTP servers.
 *
 * <p>{@link dev.rapid.lambda.event.EventPayload} writes payloads, {@link
 * dev.rapid.lambda.event.MediaTypes} says which bodies are text, and {@link
 * dev.rapid.lambda.event.ResponsePrelude} finds the head of a streamed response. {@link
 * dev.rapid.lambda.event.HttpForwarding} is for workers that take requests without an event.
 */
@NullMarked
package dev.rapid.lambda.event;

import org.jspecify.annotations.NullMarked;
