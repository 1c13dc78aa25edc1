package dev.rapid.kapacitor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an agent is spoken with (contract kapacitor-udf, section 8.2).
 *
 * @param socket where an agent listens that somebody else has started, absolute; null if the
 *     function's command is started, and speaks over its stdin and stdout
 * @param options in the order of the wire; a name may repeat
 * @param taskId what the agent sees as the id of its task, null for the name of the function
 * @param nodeId what the agent sees as the id of its node
 * @param timeout how long an agent may be silent, more than 1 ms; a question for its life comes
 *     after half of it
 * @param initTimeout for the start, Info, Init and Restore together
 * @param completion when an invocation is complete, unless its event says so
 * @param barrierRounds how many answers to questions for its life an invocation waits for; null for
 *     3 if the agent provides a stream, and for 1 if it provides batches
 * @param settle how long it must be quiet after the last barrier
 * @param lateData what becomes of data that comes while no invocation runs
 * @param strictEdgeTypes whether data of another type than the agent has announced breaks it
 * @param snapshotInterval how often the state of an idle agent is asked for, null for never
 * @param restoreAfterFailure whether a process that follows a broken one gets the last state
 * @param separateInfoProbe whether Info is asked of a process of its own
 * @param maxFrameBytes the longest message, in bytes
 * @param stopGrace how long an agent has to end after the end of its input
 * @param termGrace how long it has after SIGTERM
 */
public record KapacitorSettings(
    @Nullable Path socket,
    List<UdfOption> options,
    @Nullable String taskId,
    String nodeId,
    Duration timeout,
    Duration initTimeout,
    Completion completion,
    @Nullable Integer barrierRounds,
    Duration settle,
    LateData lateData,
    boolean strictEdgeTypes,
    @Nullable Duration snapshotInterval,
    boolean restoreAfterFailure,
    boolean separateInfoProbe,
    int maxFrameBytes,
    Duration stopGrace,
    Duration termGrace,
    UdfSchema schema) {

  /** The longest message unless the settings say otherwise, in bytes. */
  public static final int DEFAULT_MAX_FRAME_BYTES = 64 * 1024 * 1024;

  /** The settings unless the configuration says otherwise. */
  public static final KapacitorSettings DEFAULT =
      new KapacitorSettings(
          null,
          List.of(),
          null,
          "udf1",
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Completion.BARRIER,
          null,
          Duration.ofMillis(2),
          LateData.ATTACH,
          true,
          null,
          false,
          false,
          DEFAULT_MAX_FRAME_BYTES,
          Duration.ofSeconds(2),
          Duration.ofMillis(500),
          UdfSchema.CURRENT);

  /** When an invocation is complete (contract kapacitor-udf, section 9). */
  public enum Completion {
    /** The agent has answered questions that were sent after the data, and is quiet. */
    BARRIER,
    /** The number of points and batches that the event expects has come. */
    COUNT,
    /** The agent has ended its output after the end of its input. */
    EOF
  }

  /**
   * What becomes of data that comes while no invocation runs (contract kapacitor-udf, section 9.2).
   */
  public enum LateData {
    /** The next response has it, apart from its own. */
    ATTACH,
    /** It is logged and counted. */
    DROP,
    /** The next invocation fails. */
    FAIL
  }

  /** Copies the list. */
  public KapacitorSettings {
    options = List.copyOf(options);
  }

  /** Returns the same for an agent that listens on a socket. */
  public KapacitorSettings withSocket(Path value) {
    return with(value, options);
  }

  /** Returns the same with these options. */
  public KapacitorSettings withOptions(List<UdfOption> value) {
    return with(socket, value);
  }

  private KapacitorSettings with(@Nullable Path nextSocket, List<UdfOption> nextOptions) {
    return new KapacitorSettings(
        nextSocket,
        nextOptions,
        taskId,
        nodeId,
        timeout,
        initTimeout,
        completion,
        barrierRounds,
        settle,
        lateData,
        strictEdgeTypes,
        snapshotInterval,
        restoreAfterFailure,
        separateInfoProbe,
        maxFrameBytes,
        stopGrace,
        termGrace,
        schema);
  }
}
