package dev.rapid.telemetry.subscription;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.telemetry.delivery.DeliveryThread;
import dev.rapid.telemetry.delivery.TelemetryCounters;
import dev.rapid.telemetry.format.ObservedSandbox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TelemetryHubTest {

  private static final @Nullable Long NONE = null;

  private final VirtualTime time = new VirtualTime();
  private final List<String> records = new ArrayList<>();
  private final RecordStream stream = new RecordStream();
  private final TelemetryHub hub = hubOf(false);
  private final OutputListener function = hub.functionOutput();
  private final OutputListener extension = hub.extensionOutput();

  private TelemetryHub hubOf(boolean shared) {
    return new TelemetryHub(
        new ObservedSandbox(
            () -> Functions.function().name("orders").build(),
            Functions::aSandbox,
            () -> 0,
            shared),
        stream,
        new DeliveryThread(),
        new TelemetryCounters(),
        time,
        time,
        time);
  }

  @BeforeEach
  void record() {
    stream.addSink(record -> {
      String type = record.type();
      String text = new String(record.json(), UTF_8).replaceAll(".*\"record\":\"?|\"?}$", "");
      records.add(
          type.startsWith("platform.") ? type.substring(9) : text + " " + record.requestId());
    });
  }

  @Test
  void a_message_of_a_worker_belongs_to_the_invocation_that_it_names() {
    hub.emit(start("1"));
    message("2", "late");
    message(null, "of none");

    assertThat(records).containsExactly("start", "late 2", "of none null");
  }

  private void message(@Nullable String requestId, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    hub.message(requestId, bytes, bytes.length, 0);
  }

  @Test
  void output_without_a_line_end_is_a_record_of_its_own_invocation() {
    hub.emit(start("1"));
    print(function, "tail1");
    print(extension, "seen1");
    hub.emit(done("1"));
    hub.emit(new LifecycleEvent.End(invocation("1")));
    hub.emit(report("1"));
    hub.emit(start("2"));
    print(function, "line of 2\n");
    hub.emit(done("2"));

    assertThat(records)
        .containsExactly(
            "start",
            "tail1 1",
            "runtimeDone",
            "seen1 1",
            "end",
            "report",
            "start",
            "line of 2 2",
            "runtimeDone");
  }

  @Test
  void the_end_of_a_line_that_comes_later_is_not_a_record() {
    hub.emit(start("1"));
    print(function, "tail1");
    hub.emit(done("1"));
    hub.emit(new LifecycleEvent.End(invocation("1")));
    hub.emit(report("1"));
    print(function, "\nmore\n\n");

    assertThat(records)
        .containsExactly("start", "tail1 1", "runtimeDone", "end", "report", "more null", " null");
  }

  @Test
  void what_was_written_between_invocations_belongs_to_none() {
    print(function, "idle");
    hub.emit(start("1"));

    assertThat(records).containsExactly("idle null", "start");
  }

  @Test
  void a_message_ends_the_line_that_has_begun() {
    hub.emit(start("1"));
    print(function, "printed");
    byte[] message = "framed\n".getBytes(UTF_8);
    function.message(message, 0, message.length, 0, null);
    print(function, "\nrest\n");

    assertThat(records).containsExactly("start", "printed 1", "framed 1", "rest 1");
  }

  @Test
  void output_that_has_ended_leaves_nothing_behind() {
    print(function, "last words");
    function.ended();
    hub.emit(start("1"));

    assertThat(records).containsExactly("last words null", "start");
  }

  @Test
  void a_line_of_a_shared_runtime_belongs_to_no_invocation() {
    TelemetryHub shared = hubOf(true);

    shared.emit(start("1"));
    print(shared.functionOutput(), "a line\n");

    assertThat(records).containsExactly("start", "a line null");
  }

  private static void print(OutputListener output, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    output.output(bytes, 0, bytes.length);
  }

  private static Invocation invocation(String id) {
    return Invocations.invocation().requestId(id).build();
  }

  private static LifecycleEvent start(String id) {
    return new LifecycleEvent.Start(invocation(id));
  }

  private static LifecycleEvent done(String id) {
    return new LifecycleEvent.RuntimeDone(
        invocation(id), Status.SUCCESS, null, 1_000_000, 0, List.of());
  }

  private static LifecycleEvent report(String id) {
    return new LifecycleEvent.Report(
        invocation(id), Status.SUCCESS, null, 1_000_000, NONE, NONE, null, List.of());
  }
}
