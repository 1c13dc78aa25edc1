/**
 * The interpreters of this machine. {@link dev.rapid.runtimes.interpreter.Interpreters} finds those
 * of a {@link dev.rapid.runtimes.interpreter.Language}, {@link
 * dev.rapid.runtimes.interpreter.JavaHomes} and {@link dev.rapid.runtimes.interpreter.DotnetRoots}
 * the others, all of them on a {@link dev.rapid.runtimes.interpreter.Machine}.
 */
@NullMarked
package dev.rapid.runtimes.interpreter;

import org.jspecify.annotations.NullMarked;
