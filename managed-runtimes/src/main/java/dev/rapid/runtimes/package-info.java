/**
 * Starts a function of a managed runtime as a plain process: which program runs it, with which
 * arguments and variables.
 */
@NullMarked
package dev.rapid.runtimes;

import org.jspecify.annotations.NullMarked;
