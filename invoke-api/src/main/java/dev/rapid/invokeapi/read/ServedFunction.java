package dev.rapid.invokeapi.read;

import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.event.HttpForwarding;
import org.jspecify.annotations.Nullable;

/**
 * A function that callers can see and invoke.
 *
 * @param function the function with its versions
 * @param url how its URL answers
 * @param forwarding how requests to its URL reach its worker if that takes no events, else null
 * @param async how its asynchronous invocations are tried
 * @param profile what only the reads show
 */
public record ServedFunction(
    VersionedFunction function,
    UrlSettings url,
    @Nullable HttpForwarding forwarding,
    AsyncSettings async,
    FunctionProfile profile) {}
