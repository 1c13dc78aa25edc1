package dev.rapid.invokeapi;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.async.EventAcceptance;
import dev.rapid.lambda.async.EventIntake;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Instead of a queue: runs each event at once, unless the test wants it to wait or be refused. */
final class IntakeOfTest implements EventIntake {

  private final Fleet fleet;
  private EventAcceptance.@Nullable Refusal refusal;
  private boolean holding;
  private final List<EventAcceptance> held = new ArrayList<>();

  IntakeOfTest(Fleet fleet) {
    this.fleet = fleet;
  }

  /** Refuses all events from now on. */
  synchronized void refuse(EventAcceptance.Refusal why) {
    refusal = why;
  }

  /** Stores no event until {@link #storeHeld}. */
  synchronized void hold() {
    holding = true;
  }

  synchronized int heldCount() {
    return held.size();
  }

  /** Stores what is held: on this thread, which is no I/O thread. */
  synchronized void storeHeld() {
    held.forEach(EventAcceptance::accepted);
    held.clear();
  }

  @Override
  public synchronized void accept(Invocation event, EventAcceptance acceptance) {
    byte[] payload = event.payload().toByteArray();
    event.payload().release();
    if (refusal != null) {
      acceptance.refused(refusal, "The reason of " + refusal);
    } else if (holding) {
      held.add(acceptance);
    } else {
      acceptance.accepted();
      run(event, payload);
    }
  }

  private static void release(Outcome outcome) {
    if (outcome instanceof Outcome.Returned returned) {
      returned.payload().release();
    } else if (outcome instanceof Outcome.Reported reported) {
      reported.payload().release();
    }
  }

  private void run(Invocation event, byte[] payload) {
    fleet.invoke(
        new Invocation(
            event.requestId(),
            event.function(),
            event.invokedFunctionArn(),
            event.executedVersion(),
            event.traceId(),
            null,
            event.tenantId(),
            Payload.of(payload),
            IntakeOfTest::release,
            Limits.MAX_RESPONSE_BYTES,
            false));
  }
}
