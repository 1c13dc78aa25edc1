package dev.rapid.kapacitor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a function is exposed as a user-defined function (contract kapacitor-udf, section 11.1).
 *
 * @param socket where it listens, absolute; null if it speaks over stdin and stdout
 * @param socketMode the permissions of the file, for example 0660
 * @param options what a script may set: the types of the arguments by the name of the option
 * @param streamMaxPoints how many points of a stream one invocation gets at most
 * @param streamMaxWait how long the first of them waits for others
 * @param dropsOnFunctionError whether a function error only costs its input; if not, it ends the
 *     task
 * @param retries how often an invocation is repeated after a function error
 * @param snapshotsSandbox whether a snapshot describes the sandbox; if not, it is empty
 * @param orderedKeepalive whether the answer to a question for its life waits for the results of
 *     earlier data
 * @param maxQueuedPoints how many points wait before reading pauses
 * @param maxFrameBytes the longest message, in bytes
 */
public record UdfExposure(
    @Nullable Path socket,
    int socketMode,
    EdgeType wants,
    EdgeType provides,
    Map<String, List<ValueType>> options,
    int streamMaxPoints,
    Duration streamMaxWait,
    boolean dropsOnFunctionError,
    int retries,
    boolean snapshotsSandbox,
    boolean orderedKeepalive,
    int maxQueuedPoints,
    int maxFrameBytes,
    UdfSchema schema) {

  /** A stream in and out over stdin and stdout, with the limits of the contract. */
  public static final UdfExposure DEFAULT =
      new UdfExposure(
          null,
          0660,
          EdgeType.STREAM,
          EdgeType.STREAM,
          Map.of(),
          100,
          Duration.ofMillis(50),
          false,
          0,
          false,
          false,
          10_000,
          KapacitorSettings.DEFAULT_MAX_FRAME_BYTES,
          UdfSchema.CURRENT);

  /** Copies the map. */
  public UdfExposure {
    options = Map.copyOf(options);
  }

  /** Returns the same over stdin and stdout, with other edges and options. */
  public UdfExposure onStreams(
      EdgeType nextWants, EdgeType nextProvides, Map<String, List<ValueType>> nextOptions) {
    return new UdfExposure(
        null,
        socketMode,
        nextWants,
        nextProvides,
        nextOptions,
        streamMaxPoints,
        streamMaxWait,
        dropsOnFunctionError,
        retries,
        snapshotsSandbox,
        orderedKeepalive,
        maxQueuedPoints,
        maxFrameBytes,
        schema);
  }
}
