package dev.rapid.kapacitor.agent;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Payload;
import dev.rapid.kapacitor.protocol.InitRequest;

/** What is done in the order in which the host has sent it, one after the other. */
sealed interface Work {

  /** Returns how many frames it consists of. */
  default int frames() {
    return 1;
  }

  /** Returns how many bytes these frames have. */
  default long bytes() {
    return 0;
  }

  /** The host begins a use. */
  record Init(InitRequest request, long bytes) implements Work {}

  /** The host wants the state of the use. */
  record Snapshot() implements Work {}

  /** The host gives the state of an earlier use. */
  record Restore(ByteString snapshot, long bytes) implements Work {}

  /** A question for the agent's life, whose answer comes after the results of earlier data. */
  record OrderedKeepalive(long time) implements Work {}

  /** The host sends nothing more. */
  record InputEnd() implements Work {}

  /**
   * What one invocation gets. The event is written when the data comes: its bytes take a tenth of
   * the memory of the points.
   *
   * @param frames how many frames the data came in
   * @param bytes of these frames
   */
  record Data(Payload event, int frames, long bytes) implements Work {}
}
