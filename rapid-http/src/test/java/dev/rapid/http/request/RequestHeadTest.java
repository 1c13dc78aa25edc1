package dev.rapid.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a head, what is left of it for the parser behind, and what is refused. */
final class RequestHeadTest {

  private static final int LIMIT = 1000;
  private static final String HOST = "Host: a\r\n";

  private final RequestHead head = new RequestHead(LIMIT);

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private String rewritten(String text) {
    ByteBuffer in = bytes(text);
    assertThat(head.scan(in)).isTrue();
    assertThat(head.fault()).isNull();
    int length = head.rewrite(in);
    return StandardCharsets.UTF_8.decode(in.slice(in.position(), length)).toString();
  }

  private int statusOf(String text) {
    assertThat(head.scan(bytes(text))).isTrue();
    return Objects.requireNonNull(head.fault()).status();
  }

  @Test
  void the_parser_behind_sees_neither_target_nor_framing() {
    String seen =
        rewritten("POST /a%2?b=%&c HTTP/1.1\r\nA: b\r\nContent-Length: 12\r\nHost: a\r\n\r\nbody");

    assertThat(seen).isEqualTo("POST / HTTP/1.1\r\nA: b\r\nHost: a\r\n\r\n");
    assertThat(head.path()).isEqualTo("/a%2");
    assertThat(head.query()).isEqualTo("b=%&c");
    assertThat(head.bodyLength()).isEqualTo(12);
  }

  @Test
  void a_head_means_the_same_wherever_the_network_cuts_it() {
    String text =
        "\r\nPUT /\u00fc?\u00e9 HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\nhOST:  b:80 \r\n\r\n";
    ByteBuffer in = bytes(text);
    int length = in.limit();

    for (int end = 0; end < length; end++) {
      assertThat(head.scan(in.limit(end))).isFalse();
    }
    assertThat(head.scan(in.limit(length))).isTrue();

    assertThat(head.scannedBytes()).isEqualTo(length);
    assertThat(head.path()).isEqualTo("/\u00fc");
    assertThat(head.query()).isEqualTo("\u00e9");
    assertThat(head.bodyLength()).isEqualTo(RequestHead.CHUNKED);
    int rewritten = head.rewrite(in);
    assertThat(StandardCharsets.UTF_8.decode(in.slice(in.position(), rewritten)).toString())
        .isEqualTo("PUT / HTTP/1.1\r\nhOST:  b:80 \r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET /, /, ''",
    "GET /?, /, ''",
    "GET //a;b=c/../d?x=y?z, //a;b=c/../d, x=y?z",
    "GET http://a, /, ''",
    "GET HTTP://a?q, /, q",
    "GET https://a/b%, /b%, ''",
    "OPTIONS *, *, ''",
    "CONNECT a:1, a:1, ''",
  })
  void a_target_has_a_path_and_a_query(String line, String path, String query) {
    rewritten(line + " HTTP/1.1\r\n" + HOST + "\r\n");

    assertThat(head.path()).isEqualTo(path);
    assertThat(head.query()).isEqualTo(query);
  }

  @Test
  void the_next_head_is_read_after_a_reset() {
    rewritten("GET /a?b HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    head.reset();

    assertThat(rewritten("GET /c HTTP/1.1\r\n" + HOST + "\r\n")).startsWith("GET / HTTP/1.1");
    assertThat(head.query()).isEmpty();
    assertThat(head.bodyLength()).isZero();
    assertThat(head.expectsContinue()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " / HTTP/1.1\r\n",
        "post / HTTP/1.1\r\n",
        "Get / HTTP/1.1\r\n",
        "GE(T / HTTP/1.1\r\n",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH / HTTP/1.1\r\n",
        "GET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1 \r\n",
        "GET /\r\n",
        "GET / HTTP/1.1\n",
        "GET /a\tb HTTP/1.1\r\n",
        "GET a HTTP/1.1\r\n",
        "GET * HTTP/1.1\r\n",
        "GET ftp://a/ HTTP/1.1\r\n",
        "GET / HTTPS/1.1\r\n",
        "GET / HTTP/1.x\r\n",
        "GET / http/1.1\r\n",
      })
  void a_malformed_request_line_is_400(String line) {
    assertThat(statusOf(line + HOST + "\r\n")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/3.1"})
  void another_version_of_http_is_505(String version) {
    assertThat(statusOf("GET / " + version + "\r\n" + HOST + "\r\n")).isEqualTo(505);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A : b",
        ": b",
        "A",
        "A: b\r\n folded: c",
        "A: b\0c",
        "A: b\u007f",
        "A: b\nB: c",
        "A: b\rB: c",
        "Content-Length: ",
        "Content-Length: -1",
        "Content-Length: +1",
        "Content-Length: 0x10",
        "Content-Length: 1, 1",
        "Content-Length: 9999999999999999999",
        "Content-Length: 1\r\nContent-Length: 1",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 1",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Host: b",
      })
  void a_malformed_header_is_400(String lines) {
    assertThat(statusOf("GET / HTTP/1.1\r\n" + HOST + lines + "\r\n\r\n")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "identity", "gzip, chunked", "chunked, chunked", "chunkedx", ""})
  void another_transfer_coding_is_501(String coding) {
    assertThat(statusOf("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + coding + "\r\n\r\n"))
        .isEqualTo(501);
  }

  @Test
  void http_1_0_has_no_transfer_codings() {
    assertThat(statusOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "a:80", "a_b.c~d", "127.0.0.1:9000", "[::1]", "[::1]:80", "a%20b"})
  void a_host_is_a_name_or_an_address(String host) {
    rewritten("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:",
        "a:0",
        "a:65536",
        "a:x",
        "a:99999999999",
        "a b",
        "a/b",
        "u@a",
        "a:1:2",
        "[::1",
        "[x]",
        "[::1]x",
        "a%2",
        "a\u00fc"
      })
  void anything_else_is_no_host(String host) {
    assertThat(statusOf("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void http_1_1_needs_a_host_and_http_1_0_does_not() {
    rewritten("GET / HTTP/1.0\r\n\r\n");
    head.reset();

    assertThat(statusOf("GET / HTTP/1.1\r\n\r\n")).isEqualTo(400);
  }

  @Test
  void a_host_that_disagrees_with_the_target_is_400() {
    assertThat(statusOf("GET http://b/ HTTP/1.1\r\n" + HOST + "\r\n")).isEqualTo(400);
  }

  @Test
  void a_head_of_the_limit_passes_and_one_byte_more_is_431() {
    String start = "GET / HTTP/1.1\r\n" + HOST + "A: ";
    int room = LIMIT - start.length() - 4;
    rewritten(start + "x".repeat(room) + "\r\n\r\n");
    head.reset();

    assertThat(statusOf(start + "x".repeat(room + 1) + "\r\n\r\n")).isEqualTo(431);
  }

  @Test
  void a_head_is_too_large_as_soon_as_the_limit_is_passed() {
    assertThat(head.scan(bytes("GET /" + "x".repeat(LIMIT - 5)))).isFalse();
    assertThat(statusOf("GET /" + "x".repeat(LIMIT - 4))).isEqualTo(431);
  }

  @Test
  void more_headers_than_can_be_kept_are_431() {
    RequestHead large = new RequestHead(1_000_000);

    assertThat(large.scan(bytes("GET / HTTP/1.1\r\n" + "a:\r\n".repeat(5000) + "\r\n"))).isTrue();

    assertThat(large.fault()).isNotNull().extracting(RequestFault::status).isEqualTo(431);
  }
}
