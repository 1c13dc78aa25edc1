/** Which pages of other origins may call (contract http-front-door, section 7). */
@NullMarked
package dev.rapid.gateway.cors;

import org.jspecify.annotations.NullMarked;
