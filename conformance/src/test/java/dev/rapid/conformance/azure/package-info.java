/**
 * Functions of Azure on the packaged program, with workers that play a script and with real ones.
 */
@NullMarked
package dev.rapid.conformance.azure;

import org.jspecify.annotations.NullMarked;
