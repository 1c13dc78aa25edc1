/**
 * A runner of the Fn Project against the packaged program: calls over gRPC as Fn's load balancer
 * makes them, workers that are tiny programs or Fn's own FDKs.
 *
 * <p>Nothing here sees a class of Rapid. {@link dev.rapid.conformance.fn.RunnerProtocol} is written
 * from the contract's tables, and so checks what the runner's definitions say on the wire. Begin
 * reading with {@link dev.rapid.conformance.fn.FnRapid} and {@link
 * dev.rapid.conformance.fn.FnCall}.
 */
@NullMarked
package dev.rapid.conformance.fn;

import org.jspecify.annotations.NullMarked;
