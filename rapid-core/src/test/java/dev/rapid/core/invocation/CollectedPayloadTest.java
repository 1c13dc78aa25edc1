package dev.rapid.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.CountedPayload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CollectedPayloadTest {

  private final ArrivingPayload arriving = new ArrivingPayload(4, () -> {}, () -> {});
  private final List<String> ends = new ArrayList<>();

  private void collect(Payload payload) {
    CollectedPayload.collect(
        payload,
        5,
        new CollectedPayload.Receiver() {
          @Override
          public void complete(Payload whole) {
            ends.add(whole.size() + ":" + new String(whole.toByteArray(), StandardCharsets.UTF_8));
          }

          @Override
          public void tooLarge() {
            ends.add("too large");
          }

          @Override
          public void truncated() {
            ends.add("truncated");
          }
        });
  }

  @Test
  void all_pieces_are_there_when_the_payload_is_complete() {
    collect(arriving);
    arriving.arrived(Payload.of("ab"));
    arriving.arrived(Payload.of("cde"));
    assertThat(ends).isEmpty();

    arriving.complete();

    assertThat(ends).containsExactly("5:abcde");
  }

  @Test
  void a_payload_without_bytes_is_complete_too() {
    arriving.complete();

    collect(arriving);

    assertThat(ends).containsExactly("0:");
  }

  @Test
  void pieces_are_released_at_once_so_that_the_caller_goes_on() {
    CountedPayload piece = new CountedPayload("ab");
    collect(arriving);

    arriving.arrived(piece);

    assertThat(piece.readers()).isZero();
  }

  @Test
  void a_payload_over_the_limit_ends_once_and_the_rest_is_dropped() {
    CountedPayload rest = new CountedPayload("d");
    collect(arriving);

    arriving.arrived(Payload.of("abc"));
    arriving.arrived(Payload.of("def"));
    arriving.arrived(rest);
    arriving.complete();

    assertThat(ends).containsExactly("too large");
    assertThat(rest.readers()).isZero();
  }

  @Test
  void a_caller_that_goes_truncates_it() {
    collect(arriving);
    arriving.arrived(Payload.of("ab"));

    arriving.truncated();

    assertThat(ends).containsExactly("truncated");
  }

  @Test
  void a_payload_that_is_whole_is_handed_on_whatever_its_length() {
    collect(Payload.of("abcdefgh"));

    assertThat(ends).containsExactly("8:abcdefgh");
  }
}
