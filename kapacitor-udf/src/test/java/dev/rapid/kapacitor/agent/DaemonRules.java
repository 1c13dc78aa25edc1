package dev.rapid.kapacitor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.Response;
import org.jspecify.annotations.Nullable;

/**
 * What Kapacitor does with frames: those that would kill the daemon or break the next node fail the
 * test (contract kapacitor-udf, section 5.5).
 */
final class DaemonRules {

  private final EdgeType provides;
  private @Nullable BeginBatch open;
  private long points;
  private int results;

  DaemonRules(EdgeType provides) {
    this.provides = provides;
  }

  /** Takes the next frame. */
  void take(Response frame) {
    switch (frame.getMessageCase()) {
      case MESSAGE_NOT_SET -> throw new AssertionError("an empty response kills the daemon");
      case BEGIN -> {
        assertThat(provides).isEqualTo(EdgeType.BATCH);
        assertThat(open).as("a batch begins in a batch").isNull();
        assertThat(frame.getBegin().getSize()).isNotNegative();
        open = frame.getBegin();
        points = 0;
      }
      case POINT -> {
        points++;
        if (provides == EdgeType.BATCH) {
          assertThat(open).as("a point outside of a batch").isNotNull();
        } else {
          results++;
        }
      }
      case END -> {
        BeginBatch begun = open;
        if (begun == null) {
          throw new AssertionError("an end without a begin kills the daemon");
        }
        assertThat(points).as("points of a batch").isEqualTo(begun.getSize());
        open = null;
        results++;
      }
      default -> assertThat(open).as("an answer in a batch").isNull();
    }
  }

  /** Returns how many points of a stream, or batches, have come. */
  int results() {
    return results;
  }
}
