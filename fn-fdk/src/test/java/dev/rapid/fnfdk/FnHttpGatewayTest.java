package dev.rapid.fnfdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.PayloadHeaders.Header;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.lambda.event.HttpForwarding;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FnHttpGatewayTest {

  private final FnHttpGateway gateway = new FnHttpGateway();

  private List<Header> forwarded(Header... headers) {
    return gateway
        .headersFor(
            new HttpForwarding.Request("PUT", "http://gateway:8080/thumb?w=64", List.of(headers)))
        .all();
  }

  private static ResponseHead head(@Nullable String contentType, Header... headers) {
    return new ResponseHead(contentType, false, new PayloadHeaders(List.of(headers)));
  }

  @Test
  void a_call_says_that_it_is_a_request_with_a_method_and_a_url() {
    assertThat(forwarded())
        .containsExactly(
            new Header("Fn-Intent", "httprequest"),
            new Header("Fn-Http-Method", "PUT"),
            new Header("Fn-Http-Request-Url", "http://gateway:8080/thumb?w=64"));
  }

  @Test
  void all_headers_but_the_content_type_get_a_prefix() {
    assertThat(
            forwarded(
                new Header("content-type", "image/png"),
                new Header("x-in", "a"),
                new Header("X-In", "b"),
                new Header("Content-Length", "5120"),
                new Header("Fn-Intent", "spoofed")))
        .contains(
            new Header("Content-Type", "image/png"),
            new Header("Fn-Http-H-X-In", "a"),
            new Header("Fn-Http-H-X-In", "b"),
            new Header("Fn-Http-H-Content-Length", "5120"),
            new Header("Fn-Http-H-Fn-Intent", "spoofed"));
  }

  @Test
  void headers_of_the_connection_go_no_further() {
    assertThat(
            forwarded(
                new Header("Connection", "close"),
                new Header("Transfer-Encoding", "chunked"),
                new Header("Keep-Alive", "75"),
                new Header("TE", "gzip")))
        .hasSize(3);
  }

  @Test
  void the_client_gets_the_prefixed_headers_without_the_prefix_and_no_others() {
    HttpForwarding.Answer answer =
        gateway.answerOf(
            head(
                "text/plain",
                new Header("fn-http-h-x-tea", "pot"),
                new Header("Fn-Http-H-X-Tea", "two"),
                new Header("Fn-Http-H-Connection", "close"),
                new Header("Fn-Http-H-", "no name"),
                new Header("Fn-Fdk-Version", "fdk-node"),
                new Header("X-Plain", "dropped")),
            "call");

    assertThat(answer.headers())
        .containsExactly(
            new Header("Content-Type", "text/plain"),
            new Header("Fn-Call-Id", "call"),
            new Header("x-tea", "pot"),
            new Header("X-Tea", "two"));
  }

  @ParameterizedTest
  @CsvSource({"418, 418", "' 204 ', 204", "abc, 200", "99, 99", "1000, 1000"})
  void the_status_is_the_one_that_the_function_chose(String text, int status) {
    assertThat(gateway.answerOf(head(null, new Header("Fn-Http-Status", text)), "call").status())
        .isEqualTo(status);
  }

  @Test
  void the_status_of_a_function_that_chose_none_is_200() {
    assertThat(gateway.answerOf(head(null), "call").status()).isEqualTo(200);
  }
}
