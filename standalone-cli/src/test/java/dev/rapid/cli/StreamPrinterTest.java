package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.testing.CountedPayload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is printed of a response while it comes. */
final class StreamPrinterTest {

  private static final Outcome COMPLETE = new Outcome.Streamed(ResponseEnd.COMPLETE, null, null);

  private final List<Outcome> outcomes = new ArrayList<>();
  private final StreamPrinter printer = new StreamPrinter(outcomes::add);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void pieces_are_printed_in_their_order_and_released() throws InterruptedException {
    CountedPayload first = new CountedPayload("first ");
    CountedPayload second = new CountedPayload("second");
    printer.write(first);
    printer.write(second);
    printer.complete(COMPLETE);

    assertThat(printer.printTo(out)).isNull();

    assertThat(out.toString(UTF_8)).isEqualTo("first second");
    assertThat(first.readers()).isZero();
    assertThat(second.readers()).isZero();
    assertThat(outcomes).containsExactly(COMPLETE);
  }

  @Test
  void a_response_that_never_begins_prints_nothing() throws InterruptedException {
    printer.complete(COMPLETE);

    assertThat(printer.printTo(out)).isNull();

    assertThat(out.size()).isZero();
  }

  @Test
  void an_empty_piece_is_not_taken_for_the_end() throws InterruptedException {
    printer.write(Payload.of(""));
    printer.write(Payload.of("more"));
    printer.complete(COMPLETE);

    assertThat(printer.printTo(out)).isNull();

    assertThat(out.toString(UTF_8)).isEqualTo("more");
  }

  @Test
  void each_piece_is_flushed_before_the_next_one_comes() throws Exception {
    CompletableFuture<String> flushed = new CompletableFuture<>();
    ByteArrayOutputStream flushing =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            flushed.complete(toString(UTF_8));
          }
        };
    printer.write(Payload.of("first"));
    CompletableFuture<Void> printed =
        CompletableFuture.runAsync(() -> {
          try {
            printer.printTo(flushing);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });

    assertThat(flushed.get(10, TimeUnit.SECONDS)).isEqualTo("first");

    printer.complete(COMPLETE);
    printed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void after_a_failure_the_rest_is_dropped_but_released() throws InterruptedException {
    IOException full = new IOException("No space left on device");
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw full;
          }
        };
    CountedPayload first = new CountedPayload("first");
    CountedPayload second = new CountedPayload("second");
    printer.write(first);
    printer.write(second);
    printer.complete(COMPLETE);

    assertThat(printer.printTo(broken)).isSameAs(full);

    assertThat(first.readers()).isZero();
    assertThat(second.readers()).isZero();
    assertThat(outcomes).containsExactly(COMPLETE);
  }
}
