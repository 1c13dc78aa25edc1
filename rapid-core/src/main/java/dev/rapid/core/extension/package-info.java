/**
 * Extensions of a function: {@link dev.rapid.core.extension.Extension} is what each of them is
 * doing, the calls are what it asks for. What a sandbox answers is decided in {@link
 * dev.rapid.core.sandbox}.
 */
@NullMarked
package dev.rapid.core.extension;

import org.jspecify.annotations.NullMarked;
