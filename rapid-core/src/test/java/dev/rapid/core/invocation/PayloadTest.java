package dev.rapid.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PayloadTest {

  @Test
  void a_text_is_carried_as_utf_8() {
    Payload payload = Payload.of("añ€");

    assertThat(payload.toByteArray()).isEqualTo("añ€".getBytes(StandardCharsets.UTF_8));
    assertThat(payload.size()).isEqualTo(6);
  }

  @Test
  void a_reader_does_not_move_the_buffers_of_another_one() {
    Payload payload = Payload.of("abc");

    ByteBuffer first = payload.buffers().getFirst();
    first.get();

    assertThat(payload.buffers().getFirst().remaining()).isEqualTo(3);
    assertThat(payload.toByteArray()).hasSize(3);
  }

  @Test
  void a_payload_in_pieces_is_copied_in_order() {
    Payload pieces =
        new Payload() {
          @Override
          public long size() {
            return 3;
          }

          @Override
          public List<ByteBuffer> buffers() {
            return List.of(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[] {3}));
          }

          @Override
          public void acquire() {}

          @Override
          public void release() {}
        };

    assertThat(pieces.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void nothing_is_a_payload_too() {
    assertThat(Payload.EMPTY.size()).isZero();
    assertThat(Payload.EMPTY.toByteArray()).isEmpty();
  }
}
