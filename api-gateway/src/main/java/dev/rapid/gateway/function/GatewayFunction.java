package dev.rapid.gateway.function;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;

/** A function, or a version of it, that APIs invoke. */
public interface GatewayFunction {

  /** Returns the current description; a request reads it once. */
  FunctionDescription description();

  /** Returns the ARN as invoked, with a qualifier only if there is one. */
  String invokedArn();

  /** Returns the version that runs. */
  String executedVersion();

  /** Returns whether each invocation must name its tenant; else none may. */
  boolean isolatesTenants();

  /** Runs an invocation; its sink gets exactly one outcome. Must not block. */
  void invoke(Invocation invocation);

  /** Withdraws an invocation whose caller has gone, unless it has begun. Must not block. */
  void callerGone(Invocation invocation);

  /** Counts a request that was not run because of a limit. */
  void throttled();
}
