/**
 * The frames of both directions (contract kapacitor-udf, section 1): a length and a message. What a
 * peer may send is checked before memory is reserved for it.
 */
@NullMarked
package dev.rapid.kapacitor.codec;

import org.jspecify.annotations.NullMarked;
