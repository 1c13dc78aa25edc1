package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.kapacitor.UdfSandboxes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The one host that has started this program, at the far end of its stdin and stdout. */
final class StreamFrontEnd implements UdfFrontEnd {

  /** How long the host has to read that the program ends. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(1);

  private final Conversation conversation;
  private final CountDownLatch over = new CountDownLatch(1);

  private StreamFrontEnd(
      UdfExposure exposure,
      UdfSandboxes sandboxes,
      AgentClocks clocks,
      HostLink link,
      Ended whenEnded) {
    this.conversation =
        new Conversation(
            exposure,
            sandboxes,
            clocks,
            link,
            "udf",
            clean -> {
              over.countDown();
              whenEnded.ended(clean);
            });
  }

  /** Begins to serve a host. */
  static StreamFrontEnd serve(
      UdfExposure exposure,
      UdfSandboxes sandboxes,
      AgentClocks clocks,
      HostLink link,
      Ended whenEnded) {
    StreamFrontEnd frontEnd = new StreamFrontEnd(exposure, sandboxes, clocks, link, whenEnded);
    frontEnd.conversation.begin();
    return frontEnd;
  }

  /** There is no other host. */
  @Override
  public void drain() {}

  @Override
  public void stop() {
    conversation.stop();
  }

  @Override
  public boolean awaitIdle(Duration atMost) throws InterruptedException {
    return over.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    stop();
    try {
      boolean unused = awaitIdle(STOP_GRACE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    conversation.abort();
  }
}
