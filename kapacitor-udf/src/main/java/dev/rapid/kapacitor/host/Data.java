package dev.rapid.kapacitor.host;

import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.KapacitorSettings.LateData;
import dev.rapid.kapacitor.json.AgentOutput;
import dev.rapid.kapacitor.json.AgentOutput.Counts;
import dev.rapid.kapacitor.json.AgentOutput.InvalidOrderException;
import dev.rapid.kapacitor.json.ResponseMeta;
import dev.rapid.kapacitor.protocol.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The data that an agent sends, for the invocation that runs or as late data (contract
 * kapacitor-udf, sections 7 and 9.2). What is longer than a response may be is only counted.
 *
 * <p>Runs in the mailbox of the session.
 */
final class Data {

  private static final Logger LOG = System.getLogger(Data.class.getName());

  private final String function;
  private final EdgeType provides;
  private final boolean strict;
  private final LateData lateData;
  private final long idleLimit;
  private final AgentOutput output;

  private boolean inInvocation;
  private long limit;
  private long overflow;
  private boolean batchOpen;
  private int droppedPoints;
  private int droppedBatches;

  /**
   * @param function the name of the function
   * @param provides what the agent has announced
   * @param strict whether data of the other type is wrong
   * @param idleLimit how much late data is kept, in bytes
   */
  Data(String function, EdgeType provides, boolean strict, LateData lateData, long idleLimit) {
    this.function = function;
    this.provides = provides;
    this.strict = strict;
    this.lateData = lateData;
    this.idleLimit = idleLimit;
    this.limit = idleLimit;
    this.output = new AgentOutput(provides);
  }

  /** Returns whether a batch has begun and not ended. */
  boolean isBatchOpen() {
    return batchOpen;
  }

  /** Returns how much has come in this invocation. */
  Counts received() {
    Counts kept = output.received();
    return new Counts(kept.points() + droppedPoints, kept.batches() + droppedBatches);
  }

  /**
   * Takes a frame with data.
   *
   * @return what is wrong with it, null if nothing is
   */
  @Nullable String take(Response frame) {
    String wrong = strict ? wrongType(frame) : null;
    if (wrong == null) {
      wrong = overflow == 0 ? keep(frame) : count(frame);
    }
    if (wrong == null) {
      switch (frame.getMessageCase()) {
        case BEGIN -> batchOpen = true;
        case END -> batchOpen = false;
        default -> {}
      }
    }
    return wrong;
  }

  private @Nullable String wrongType(Response frame) {
    return switch (frame.getMessageCase()) {
      case BEGIN ->
          provides == EdgeType.STREAM ? "The agent provides a stream, but has begun a batch" : null;
      case POINT ->
          provides == EdgeType.BATCH && !batchOpen
              ? "The agent provides batches, but has sent a point outside of a batch"
              : null;
      default -> null;
    };
  }

  private @Nullable String keep(Response frame) {
    try {
      output.add(frame);
    } catch (InvalidOrderException e) {
      return "The agent has sent a frame that " + e.getMessage();
    }
    long bytes = output.bytes();
    if (bytes > limit) {
      Counts lost = output.received();
      droppedPoints = lost.points();
      droppedBatches = lost.batches();
      output.clear();
      overflow = bytes;
    }
    return null;
  }

  /** The order still counts. */
  private @Nullable String count(Response frame) {
    overflow += frame.getSerializedSize();
    switch (frame.getMessageCase()) {
      case BEGIN -> {
        if (batchOpen) {
          return "The agent has begun a batch while another one is open";
        }
      }
      case POINT -> droppedPoints++;
      case END -> {
        if (!batchOpen) {
          return "The agent has ended a batch while none is open";
        }
        droppedBatches++;
      }
      default -> {}
    }
    return null;
  }

  /** What has come between two invocations may be dropped now. */
  void settleIdle() {
    if (!inInvocation && lateData == LateData.DROP) {
      output.beginInvocation();
      logDropped(output.dropLate());
    }
  }

  /**
   * Begins an invocation: what has come until now is late.
   *
   * @param maxBytes how much data the invocation may get
   * @return how much late data forbids the invocation, null if it may run
   */
  @Nullable Counts begin(long maxBytes) {
    if (overflow > 0 && !batchOpen) {
      logDropped(new Counts(droppedPoints, droppedBatches));
      forgetOverflow();
    }
    output.beginInvocation();
    if (lateData == LateData.DROP) {
      logDropped(output.dropLate());
    } else if (lateData == LateData.FAIL && !output.late().isNone()) {
      return output.dropLate();
    }
    inInvocation = true;
    limit = maxBytes;
    return null;
  }

  /** Returns how much has come if it was more than the invocation may get, otherwise 0. */
  long overflow() {
    return overflow;
  }

  /** Ends the invocation with the response. */
  Payload response(ResponseMeta meta) {
    inInvocation = false;
    limit = idleLimit;
    return output.takeResponse(meta);
  }

  /** Ends the invocation without a response: its data is only counted. */
  Counts discard() {
    Counts all = received();
    inInvocation = false;
    limit = idleLimit;
    if (overflow > 0) {
      if (!batchOpen) {
        forgetOverflow();
      }
    } else {
      output.beginInvocation();
      Counts unused = output.dropLate();
    }
    return all;
  }

  private void forgetOverflow() {
    overflow = 0;
    droppedPoints = 0;
    droppedBatches = 0;
  }

  /** The agent has ended. */
  void end() {
    output.beginInvocation();
    Counts left = output.dropLate();
    logDropped(new Counts(left.points() + droppedPoints, left.batches() + droppedBatches));
    output.clear();
  }

  private void logDropped(Counts dropped) {
    if (!dropped.isNone()) {
      LOG.log(
          Level.WARNING,
          "Function {0}: {1} points and {2} batches that the agent sent outside of an invocation"
              + " are dropped",
          function,
          dropped.points(),
          dropped.batches());
    }
  }
}
