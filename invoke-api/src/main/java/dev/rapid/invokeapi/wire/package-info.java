/**
 * The wire format that the operations of the Invoke API share: {@link
 * dev.rapid.invokeapi.wire.InvokeHeaders} names the headers, {@link
 * dev.rapid.invokeapi.wire.JsonBody} checks whether a body is JSON.
 */
@NullMarked
package dev.rapid.invokeapi.wire;

import org.jspecify.annotations.NullMarked;
