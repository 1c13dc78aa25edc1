package dev.rapid.kapacitor;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox of one use of an exposed function (contract kapacitor-udf, section 11.1). It runs one
 * invocation at a time. Thread-safe.
 */
public interface UdfSandbox extends AutoCloseable {

  /** Returns the function as it is configured now. */
  FunctionDescription description();

  /** Returns the ARN as which it is invoked. */
  String arn();

  /**
   * Runs the init, unless it has run.
   *
   * @return completes with null if it succeeded, otherwise with the reason why not
   */
  CompletableFuture<@Nullable String> initialise();

  /** Runs an invocation, and releases its payload. The sink gets exactly one outcome. */
  void invoke(Invocation invocation);

  /** Ends an invocation whose result is not wanted any more. */
  void cancel(Invocation invocation);

  /**
   * Takes a snapshot.
   *
   * @return completes with what {@link #restore} takes, or exceptionally if there is no snapshot
   */
  CompletableFuture<UdfSnapshot> snapshot();

  /**
   * Continues from a snapshot.
   *
   * @return completes with null if it succeeded, otherwise with the reason why not
   */
  CompletableFuture<@Nullable String> restore(UdfSnapshot snapshot);

  /** Ends the sandbox when its invocation is over. */
  @Override
  void close();
}
