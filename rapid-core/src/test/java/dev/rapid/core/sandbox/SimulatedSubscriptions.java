package dev.rapid.core.sandbox;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.SubscriptionApi;
import dev.rapid.core.events.Subscriptions;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.SubscribeCall;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Calls that subscribe at any moment, of extensions and of strangers, and subscribers that take
 * what waits for them at once, late, or never.
 */
final class SimulatedSubscriptions implements Subscriptions {

  private final Simulation world;
  private final SplittableRandom random;

  SimulatedSubscriptions(Simulation world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /** Lets somebody subscribe some time. */
  void begin() {
    int calls = random.nextInt(3);
    int spread = random.nextInt(100) < 60 ? 150 : 5000;
    for (int i = 0; i < calls; i++) {
      world.time().after(Duration.ofMillis(random.nextInt(spread)), this::subscribe);
    }
  }

  private void subscribe() {
    List<String> ids = world.extensionIds();
    String id = ids.isEmpty() ? "nobody" : ids.get(random.nextInt(ids.size()));
    world.post(new SandboxEvent.SubscriptionRequested(new Call(), id));
  }

  @Override
  public void open(int generation) {
    world.invariants().subscriptionsOpen(generation);
  }

  @Override
  public void close(int generation) {
    world.invariants().subscriptionsClose(generation);
  }

  @Override
  public void flush(int generation, Runnable done) {
    world.invariants().subscribersFlush(generation);
    int dice = random.nextInt(100);
    if (dice < 40) {
      done.run();
    } else if (dice < 90) {
      world.time().after(Duration.ofMillis(random.nextInt(dice < 70 ? 20 : 1500)), done);
    } else {
      world.note("nobody takes the telemetry of " + generation);
    }
  }

  @Override
  public void settle(int generation, Runnable done) {
    world.invariants().telemetrySettles(generation);
    if (random.nextInt(100) < 50) {
      done.run();
    } else {
      world.time().after(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 5 : 1500)), done);
    }
  }

  @Override
  public void end(int generation) {
    world.invariants().subscriptionsEnd(generation);
  }

  private final class Call implements SubscribeCall {

    private final Object expected = world.invariants().expectAnswer("a subscription");

    @Override
    public void admit(int generation, String extensionName, boolean open) {
      world.invariants().answerCame(expected, "admitted");
      LifecycleEvent.Subscription subscription =
          new LifecycleEvent.Subscription(
              SubscriptionApi.TELEMETRY, extensionName, List.of("platform"));
      SandboxEvent subscribed = new SandboxEvent.Subscribed(generation, subscription);
      world.time().after(Duration.ofMillis(random.nextInt(30)), () -> world.post(subscribed));
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      world.invariants().answerCame(expected, refusal);
      // News of a subscription may come at any moment; an old one changes nothing.
      world.post(
          new SandboxEvent.Subscribed(
              world.generation(),
              new LifecycleEvent.Subscription(
                  SubscriptionApi.LOGS, "stranger", List.of("function"))));
    }

    @Override
    public String toString() {
      return "subscribe";
    }
  }
}
