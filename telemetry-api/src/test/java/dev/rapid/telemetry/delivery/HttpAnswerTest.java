package dev.rapid.telemetry.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HttpAnswerTest {

  private final HttpAnswer answer = new HttpAnswer();

  private void add(String text) throws IOException {
    answer.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void an_answer_may_come_byte_by_byte() throws Exception {
    for (char c : "HTTP/1.1 200 OK\r\ncontent-LENGTH: 2\r\n\r\nOK".toCharArray()) {
      assertThat(answer.isComplete()).isFalse();
      add(String.valueOf(c));
    }

    assertThat(answer.isComplete()).isTrue();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.keepsConnection()).isTrue();
  }

  @Test
  void the_answers_before_the_last_one_do_not_count() throws Exception {
    add("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.isComplete()).isTrue();
  }

  @Test
  void a_connection_is_not_kept_if_it_is_to_be_closed_or_its_body_has_no_known_end()
      throws Exception {
    for (String head :
        new String[] {
          "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore than announced"
        }) {
      HttpAnswer each = new HttpAnswer();
      each.add(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));

      assertThat(each.isComplete()).as(head).isTrue();
      assertThat(each.keepsConnection()).as(head).isFalse();
    }
  }

  @Test
  void what_is_not_http_is_an_error() {
    assertThatThrownBy(() -> add("SSH-2.0-OpenSSH\r\n\r\n")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> add("x".repeat(HttpAnswer.MAX_HEAD_BYTES + 1)))
        .isInstanceOf(IOException.class);
  }
}
