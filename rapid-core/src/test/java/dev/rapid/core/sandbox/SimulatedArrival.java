package dev.rapid.core.sandbox;

import dev.rapid.core.invocation.ArrivingPayload;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.CountedPayload;
import java.time.Duration;
import java.util.SplittableRandom;

/** A caller who sends an event piece by piece, and may stop in the middle. */
final class SimulatedArrival {

  private static final int WINDOW = 2 * "piece".length();

  private final Simulation world;
  private final SplittableRandom random;
  private final ArrivingPayload payload;
  private int left;

  SimulatedArrival(Simulation world, SplittableRandom random, String id) {
    this.world = world;
    this.random = random;
    this.left = random.nextInt(6);
    Object awaited = world.invariants().payloadArrives(id);
    this.payload =
        new ArrivingPayload(
            WINDOW, this::sendLater, () -> world.invariants().payloadDropped(awaited));
  }

  Payload payload() {
    return payload;
  }

  void begin() {
    sendLater();
  }

  private void sendLater() {
    world.time().after(Duration.ofMillis(random.nextInt(30)), this::send);
  }

  private void send() {
    if (left > 0) {
      left--;
      CountedPayload piece = new CountedPayload("piece");
      world.invariants().payloadCreated(piece);
      payload.arrived(piece);
    } else if (random.nextInt(100) < 90) {
      payload.complete();
    } else {
      payload.truncated();
    }
  }
}
