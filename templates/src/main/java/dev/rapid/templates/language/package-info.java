/**
 * The language of templates: parameters, conditions, mappings, functions such as {@code Fn::Sub},
 * loops, included files and {@code Globals} (contract templates-and-runtimes, sections 2 and 3).
 * Begin with {@link dev.rapid.templates.language.Resolver}, which turns a value of a template into
 * one without functions.
 *
 * <p>What resources are is not known here: {@link dev.rapid.templates.language.ReferenceValues}
 * says what a reference to one of them gives.
 */
@NullMarked
package dev.rapid.templates.language;

import org.jspecify.annotations.NullMarked;
