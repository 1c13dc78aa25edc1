/**
 * What a function publishes (contract invoke-api, sections 1.2 and 6): its versions and aliases.
 *
 * <p>Begin with {@link dev.rapid.invokeapi.function.FunctionVersions}: it says which version a
 * qualifier means. {@link dev.rapid.invokeapi.function.FunctionProfile} is what only the reads
 * show.
 */
@NullMarked
package dev.rapid.invokeapi.function;

import org.jspecify.annotations.NullMarked;
