package dev.rapid.emulator;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.fnrunner.RunnerFunction;

/** The sandboxes of a pool, as the workers of calls of Fn. */
record PoolWorkers(FunctionPool pool) implements RunnerFunction {

  /** Returns the workers of a pool; the caller does not load this class with its own. */
  static RunnerFunction of(FunctionPool pool) {
    return new PoolWorkers(pool);
  }

  @Override
  public FunctionDescription description() {
    return pool.description();
  }

  @Override
  public String arn() {
    return pool.description().identity().arn();
  }

  @Override
  public boolean streamsPayloads() {
    return pool.settings().contract().streamsPayloads();
  }

  @Override
  public void invoke(Invocation invocation) {
    pool.fleet().invoke(invocation);
  }

  @Override
  public void cancel(Invocation invocation) {
    pool.fleet().cancel(invocation);
  }
}
