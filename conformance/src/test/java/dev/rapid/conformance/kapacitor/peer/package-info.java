/**
 * Agents on other implementations of Kapacitor's protocol, as workers of the packaged program: our
 * handlers on Kapacitor's own package for Go, and published programs in Rust.
 *
 * <p>They show what agents of our own cannot: answers that overtake data, frames that are lost at
 * the end of the input, and output in any order (contract kapacitor-udf, sections 6 and 9). Begin
 * reading with {@link dev.rapid.conformance.kapacitor.peer.GoAgentTest} for what an agent does in a
 * function, and with {@link dev.rapid.conformance.kapacitor.peer.BarrierTest} for the end of an
 * invocation.
 */
@NullMarked
package dev.rapid.conformance.kapacitor.peer;

import org.jspecify.annotations.NullMarked;
