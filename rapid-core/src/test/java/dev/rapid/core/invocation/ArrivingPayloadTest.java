package dev.rapid.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rapid.core.testing.CountedPayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ArrivingPayloadTest {

  private int asked;
  private int dropped;
  private final ArrivingPayload payload = new ArrivingPayload(4, () -> asked++, () -> dropped++);
  private final Received received = new Received();

  @Test
  void bytes_that_came_before_the_worker_wait_for_it() {
    payload.arrived(Payload.of("ab"));
    payload.arrived(Payload.of("c"));
    payload.complete();

    payload.passTo(received);

    assertThat(received.log).containsExactly("ab", "c", "complete");
  }

  @Test
  void bytes_are_passed_on_as_they_come() {
    payload.passTo(received);

    payload.arrived(Payload.of("ab"));
    assertThat(received.log).containsExactly("ab");
    payload.truncated();

    assertThat(received.log).containsExactly("ab", "truncated");
  }

  @Test
  void the_caller_is_asked_for_more_only_when_the_worker_has_taken_enough() {
    payload.passTo(received);

    payload.arrived(Payload.of("abc"));
    assertThat(asked).isEqualTo(1);
    payload.arrived(Payload.of("defg"));
    assertThat(asked).isEqualTo(1);
    received.pieces.get(0).release();
    assertThat(asked).isEqualTo(1);
    received.pieces.get(1).release();

    assertThat(asked).isEqualTo(2);
  }

  @Test
  void what_is_left_is_dropped_with_the_last_reader_once() {
    CountedPayload left = new CountedPayload("ab");
    payload.acquire();
    payload.arrived(left);

    payload.release();
    assertThat(left.readers()).isEqualTo(1);
    payload.release();

    assertThat(left.readers()).isZero();
    assertThat(dropped).isEqualTo(1);
  }

  @Test
  void what_arrives_after_the_last_reader_is_dropped_and_the_caller_can_go_on() {
    CountedPayload late = new CountedPayload("ab");
    payload.passTo(received);
    payload.release();

    payload.arrived(late);
    payload.complete();

    assertThat(late.readers()).isZero();
    assertThat(received.log).isEmpty();
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void a_caller_that_waits_for_the_worker_is_asked_again_when_the_rest_is_dropped() {
    payload.arrived(Payload.of("abcdef"));
    assertThat(asked).isZero();

    payload.release();

    assertThat(asked).isEqualTo(1);
  }

  @Test
  void a_receiver_that_is_called_again_from_within_gets_the_pieces_in_order() {
    payload.passTo(
        new StreamedPayload.Receiver() {
          @Override
          public void write(Payload bytes) {
            if (received.log.isEmpty()) {
              payload.arrived(Payload.of("b"));
            }
            received.write(bytes);
          }

          @Override
          public void complete() {
            received.complete();
          }

          @Override
          public void truncated() {}
        });

    payload.arrived(Payload.of("a"));
    payload.complete();

    assertThat(received.log).containsExactly("a", "b", "complete");
  }

  @Test
  void only_one_worker_can_have_it() {
    payload.passTo(received);

    assertThatIllegalStateException().isThrownBy(() -> payload.passTo(received));
  }

  @Test
  void a_release_too_many_is_a_mistake() {
    payload.release();

    assertThatIllegalStateException().isThrownBy(payload::release);
    assertThat(dropped).isEqualTo(1);
  }

  @Test
  void the_first_end_counts() {
    payload.passTo(received);

    payload.complete();
    payload.truncated();

    assertThat(received.log).containsExactly("complete");
    assertThatIllegalStateException().isThrownBy(() -> payload.arrived(Payload.of("a")));
  }

  private static final class Received implements StreamedPayload.Receiver {

    private final List<String> log = new ArrayList<>();
    private final List<Payload> pieces = new ArrayList<>();

    @Override
    public void write(Payload bytes) {
      pieces.add(bytes);
      log.add(new String(bytes.toByteArray(), StandardCharsets.UTF_8));
    }

    @Override
    public void complete() {
      log.add("complete");
    }

    @Override
    public void truncated() {
      log.add("truncated");
    }
  }
}
