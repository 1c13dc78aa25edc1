package dev.rapid.invokeapi.url;

import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.lambda.event.HttpForwarding;
import org.jspecify.annotations.Nullable;

/**
 * A function that callers can invoke, and how its URL answers.
 *
 * @param function the function
 * @param settings the settings of its URL
 * @param forwarding how requests reach its worker if that takes no events, else null
 */
public record FunctionUrl(
    VersionedFunction function, UrlSettings settings, @Nullable HttpForwarding forwarding) {}
