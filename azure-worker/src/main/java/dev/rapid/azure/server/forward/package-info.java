/**
 * HTTP to workers that announce a server of their own, {@code HttpUri} (contract
 * azure-functions-worker, section 11). Loaded together with Netty.
 *
 * <p>Begin reading with {@link dev.rapid.azure.server.forward.ForwardedInvocation}, which joins the
 * two halves of an invocation: the HTTP exchange and the message on the stream. A {@link
 * dev.rapid.azure.server.forward.ForwardedExchange} is the first half.
 */
@NullMarked
package dev.rapid.azure.server.forward;

import org.jspecify.annotations.NullMarked;
