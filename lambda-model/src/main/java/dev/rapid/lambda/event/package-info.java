/**
 * HTTP requests as payloads of functions, and results of functions as HTTP responses: what function
 * URLs and APIs have in common. Nothing here knows HTTP servers.
 */
@NullMarked
package dev.rapid.lambda.event;

import org.jspecify.annotations.NullMarked;
