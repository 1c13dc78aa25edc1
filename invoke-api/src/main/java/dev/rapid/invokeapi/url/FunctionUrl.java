package dev.rapid.invokeapi.url;

import dev.rapid.invokeapi.invoke.InvokedFunction;

/**
 * A function that callers can invoke, and how its URL answers.
 *
 * @param function the function
 * @param settings the settings of its URL
 */
public record FunctionUrl(InvokedFunction function, UrlSettings settings) {}
