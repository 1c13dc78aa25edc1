/**
 * What a caller asks for and what comes back. Begin with {@link
 * dev.rapid.core.invocation.Invocation}, whose {@link dev.rapid.core.invocation.ResponseSink} gets
 * exactly one {@link dev.rapid.core.invocation.Outcome}.
 */
@NullMarked
package dev.rapid.core.invocation;

import org.jspecify.annotations.NullMarked;
