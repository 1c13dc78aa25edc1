package dev.rapid.templates.stack;

import org.jspecify.annotations.Nullable;

/**
 * What a reference to a function means.
 *
 * @param function the function's resource
 * @param qualifier a version or an alias, null for the function as it is
 */
public record FunctionTarget(Resource function, @Nullable String qualifier) {}
