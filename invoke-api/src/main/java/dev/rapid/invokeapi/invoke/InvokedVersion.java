package dev.rapid.invokeapi.invoke;

import dev.rapid.core.function.FunctionDescription;

/**
 * What one request invokes.
 *
 * @param function runs the invocation
 * @param description the version at the time of the request
 * @param version what runs: {@code $LATEST} or a number
 * @param arn the ARN as invoked: with the qualifier of the caller, if there is one
 */
public record InvokedVersion(
    InvokedFunction function, FunctionDescription description, String version, String arn) {}
