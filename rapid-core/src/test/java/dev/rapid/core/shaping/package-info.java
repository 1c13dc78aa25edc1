/** The examples of the contract, in virtual time. */
@NullMarked
package dev.rapid.core.shaping;

import org.jspecify.annotations.NullMarked;
