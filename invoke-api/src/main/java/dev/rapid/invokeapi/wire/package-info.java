/**
 * What the operations of the Invoke API have in common on the wire: {@link
 * dev.rapid.invokeapi.wire.InvokeHeaders} names the headers, {@link
 * dev.rapid.invokeapi.wire.JsonBody} decides whether a body is JSON.
 */
@NullMarked
package dev.rapid.invokeapi.wire;

import org.jspecify.annotations.NullMarked;
