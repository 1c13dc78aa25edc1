/**
 * Starts a function of a managed runtime as a plain process: which program runs it, with which
 * arguments and variables (contract templates-and-runtimes, sections 6 and 7).
 *
 * <p>Begin with {@link dev.rapid.runtimes.ManagedRuntimes}, which turns {@link
 * dev.rapid.runtimes.FunctionCode} into a {@link dev.rapid.runtimes.Launch}. A launcher for each
 * family of runtimes chooses the command. {@link dev.rapid.runtimes.Doctor} says what this machine
 * can run. Rapid's own runtimes for Python and Node.js are in {@code src/main/runtimes}.
 */
@NullMarked
package dev.rapid.runtimes;

import org.jspecify.annotations.NullMarked;
