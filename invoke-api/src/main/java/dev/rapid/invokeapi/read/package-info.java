/**
 * The operations that show functions, and the refusal of those that would change them (contract
 * invoke-api, section 6).
 *
 * <p>Begin with {@link dev.rapid.invokeapi.read.ReadApi}, the table of these operations. {@link
 * dev.rapid.invokeapi.read.FunctionConfiguration} writes the object that most of them show; {@link
 * dev.rapid.invokeapi.read.Catalogue} is what they read from. No start needs these classes: they
 * are loaded with the first request of this kind.
 */
@NullMarked
package dev.rapid.invokeapi.read;

import org.jspecify.annotations.NullMarked;
