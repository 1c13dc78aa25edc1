/** What the gateway needs of the functions that it invokes. */
@NullMarked
package dev.rapid.gateway.function;

import org.jspecify.annotations.NullMarked;
