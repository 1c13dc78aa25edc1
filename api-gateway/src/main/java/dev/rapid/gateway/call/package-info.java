/** One request on its way to the function and back. */
@NullMarked
package dev.rapid.gateway.call;

import org.jspecify.annotations.NullMarked;
