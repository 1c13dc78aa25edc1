/**
 * The standalone control API: a client initialises, reserves, invokes, resets and ends the sandbox
 * step by step (contract lifecycle-and-control, section 3).
 */
@NullMarked
package dev.rapid.control;

import org.jspecify.annotations.NullMarked;
