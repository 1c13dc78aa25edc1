package dev.rapid.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.testing.Invocations;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LifecycleMetersTest {

  private final CountDownLatch loaded = new CountDownLatch(1);
  private final LifecycleMeters meters = new LifecycleMeters();
  private final EventsApi orders = meters.of("orders");

  LifecycleMetersTest() {
    meters.bind(to -> {
      loaded.countDown();
      to.counter("rapid.throttles", "Refused", () -> 7);
      to.gauge("rapid.sandboxes", "By phase", () -> 1, "phase", "Ready");
    });
  }

  private static LifecycleEvent report(Status status, @Nullable String errorType) {
    return new LifecycleEvent.Report(
        Invocations.anInvocation(), status, errorType, 20_000_000, null, null, null, List.of());
  }

  private List<String> lines(String name) {
    return meters.scrape().lines().filter(line -> line.startsWith(name)).toList();
  }

  @Test
  void invocations_are_counted_and_timed_by_status() {
    orders.emit(report(Status.SUCCESS, null));
    orders.emit(report(Status.SUCCESS, null));
    orders.emit(report(Status.TIMEOUT, null));

    assertThat(lines("rapid_invocations_seconds_count"))
        .containsExactlyInAnyOrder(
            "rapid_invocations_seconds_count{function=\"orders\",status=\"success\"} 2",
            "rapid_invocations_seconds_count{function=\"orders\",status=\"timeout\"} 1");
    assertThat(lines("rapid_invocations_seconds_sum{function=\"orders\",status=\"success\"}"))
        .containsExactly(
            "rapid_invocations_seconds_sum{function=\"orders\",status=\"success\"} 0.04");
    assertThat(
            lines(
                "rapid_invocations_seconds_bucket{function=\"orders\",status=\"success\",le=\"0.025\"}"))
        .containsExactly(
            "rapid_invocations_seconds_bucket{function=\"orders\",status=\"success\",le=\"0.025\"}"
                + " 2");
  }

  @Test
  void what_happened_before_the_first_scrape_counts_and_what_comes_after_it_too() {
    orders.emit(report(Status.SUCCESS, null));
    assertThat(loaded.getCount()).isEqualTo(1);
    assertThat(lines("rapid_invocations_seconds_count")).hasSize(1);

    orders.emit(report(Status.SUCCESS, null));

    assertThat(lines("rapid_invocations_seconds_count"))
        .containsExactly(
            "rapid_invocations_seconds_count{function=\"orders\",status=\"success\"} 2");
  }

  @Test
  void what_nobody_has_asked_for_is_not_noted_without_limit() throws Exception {
    for (int i = 0; i < LifecycleMeters.MAX_NOTED + 5; i++) {
      orders.emit(report(Status.SUCCESS, null));
    }

    assertThat(loaded.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(lines("rapid_invocations_seconds_count"))
        .containsExactly(
            "rapid_invocations_seconds_count{function=\"orders\",status=\"success\"} "
                + (LifecycleMeters.MAX_NOTED + 5));
  }

  @Test
  void inits_restores_spans_and_sizes_have_meters() {
    orders.emit(new LifecycleEvent.InitReport(InitPhase.INIT, Status.SUCCESS, null, null, 5));
    orders.emit(new LifecycleEvent.RestoreReport(Status.SUCCESS, null, null, 5));
    orders.emit(
        new LifecycleEvent.Start(Invocations.invocation().payload(Payload.of("12345")).build()));
    orders.emit(
        new LifecycleEvent.RuntimeDone(
            Invocations.anInvocation(),
            Status.SUCCESS,
            null,
            5,
            42,
            List.of(new Span(Span.Name.RESPONSE_LATENCY, 5, 5))));

    assertThat(meters.scrape())
        .contains(
            "rapid_init_seconds_count{function=\"orders\",phase=\"init\",status=\"success\"} 1\n")
        .contains("rapid_restore_seconds_count{function=\"orders\",status=\"success\"} 1\n")
        .contains("rapid_request_size_bytes_sum{function=\"orders\"} 5.0\n")
        .contains("rapid_response_size_bytes_sum{function=\"orders\"} 42.0\n")
        .contains("rapid_response_latency_seconds_count{function=\"orders\"} 1\n")
        .contains("rapid_throttles_total 7.0\n")
        .contains("rapid_sandboxes{phase=\"Ready\"} 1.0\n")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void a_response_of_a_shared_runtime_is_measured_with_its_report() {
    orders.emit(
        new LifecycleEvent.Report(
            Invocations.anInvocation(),
            Status.SUCCESS,
            null,
            5,
            null,
            null,
            42L,
            List.of(new Span(Span.Name.RESPONSE_LATENCY, 5, 5))));

    assertThat(meters.scrape())
        .contains("rapid_response_size_bytes_count{function=\"orders\"} 1\n")
        .contains("rapid_response_size_bytes_sum{function=\"orders\"} 42.0\n")
        .contains("rapid_response_latency_seconds_count{function=\"orders\"} 1\n");
  }

  @Test
  void errors_are_counted_by_type_of_which_there_is_a_limited_number() {
    for (int i = 0; i < Meters.MAX_ERROR_TYPES + 3; i++) {
      orders.emit(report(Status.ERROR, "Function.Error" + i));
    }
    orders.emit(report(Status.TIMEOUT, null));

    assertThat(lines("rapid_errors_total")).hasSize(Meters.MAX_ERROR_TYPES + 1);
    assertThat(lines("rapid_errors_total{function=\"orders\",type=\"other\"}"))
        .containsExactly("rapid_errors_total{function=\"orders\",type=\"other\"} 4.0");
  }

  @Test
  void numbers_of_others_outlive_a_collection_of_garbage() {
    AtomicLong number = new AtomicLong(3);
    LifecycleMeters own = new LifecycleMeters();
    own.bind(to -> {
      to.gauge("rapid.sandboxes", "By phase", () -> number.get(), "phase", "Ready");
      to.gauge("rapid.waiting", "Waiting", () -> number.get());
      to.counter("rapid.throttles", "Refused", () -> number.get());
    });
    assertThat(own.scrape()).contains("rapid_waiting 3.0\n");

    collectGarbage();
    number.set(4);

    assertThat(own.scrape())
        .contains("rapid_sandboxes{phase=\"Ready\"} 4.0\n")
        .contains("rapid_waiting 4.0\n")
        .contains("rapid_throttles_total 4.0\n");
  }

  @Test
  void a_part_can_add_its_meters_after_the_others_were_read() {
    assertThat(meters.scrape()).doesNotContain("rapid_late");

    meters.bind(to -> to.gauge("rapid.late", "Late", () -> 5));

    assertThat(meters.scrape()).contains("rapid_late 5.0\n");
  }

  private static void collectGarbage() {
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    while (garbage.get() != null) {
      System.gc();
    }
  }

  @Test
  void each_function_has_meters_of_its_own() {
    orders.emit(report(Status.SUCCESS, null));
    meters.of("bills").emit(report(Status.SUCCESS, null));

    assertThat(lines("rapid_invocations_seconds_count"))
        .containsExactlyInAnyOrder(
            "rapid_invocations_seconds_count{function=\"orders\",status=\"success\"} 1",
            "rapid_invocations_seconds_count{function=\"bills\",status=\"success\"} 1");
  }

  @Test
  void values_that_a_function_measured_are_a_summary_by_their_name() {
    meters.ofFunction("orders", "sold", 3);
    meters.ofFunction("orders", "sold", 4.5);

    assertThat(lines("rapid_function_metric"))
        .contains(
            "rapid_function_metric_count{function=\"orders\",name=\"sold\"} 2",
            "rapid_function_metric_sum{function=\"orders\",name=\"sold\"} 7.5");
  }

  @Test
  void values_that_have_no_place_in_a_summary_are_left_out() {
    meters.ofFunction("orders", "sold", -1);
    meters.ofFunction("orders", "sold", Double.NaN);

    assertThat(lines("rapid_function_metric")).isEmpty();
  }

  @Test
  void many_metrics_of_functions_share_a_summary() {
    for (int i = 0; i < Meters.MAX_METRICS + 3; i++) {
      meters.ofFunction("orders", "m" + i, 1);
    }

    assertThat(lines("rapid_function_metric_count"))
        .hasSize(Meters.MAX_METRICS + 1)
        .contains("rapid_function_metric_count{function=\"orders\",name=\"other\"} 3");
  }
}
