package dev.rapid.invokeapi.url;

import dev.rapid.invokeapi.invoke.VersionedFunction;

/**
 * A function that callers can invoke, and how its URL answers.
 *
 * @param function the function
 * @param settings the settings of its URL
 */
public record FunctionUrl(VersionedFunction function, UrlSettings settings) {}
