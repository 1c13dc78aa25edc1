package dev.rapid.azure.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.PayloadHeaders.Header;
import dev.rapid.core.testing.Invocations;
import dev.rapid.lambda.event.HttpForwarding;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AzureHttpGatewayTest {

  private final AzureHttpGateway gateway = new AzureHttpGateway();

  private HttpForwarding.Answer answer(int status, Header... headers) {
    return gateway.answerOf(
        new UrlResponse(status, List.of(headers)).toResponseHead(), "request-id");
  }

  @Test
  void the_function_gets_the_request_as_it_is() {
    List<Header> headers =
        List.of(
            new Header("Host", "localhost:9001"),
            new Header("X-In", "a"),
            new Header("x-in", "b"),
            new Header("Connection", "close"));

    Invocation invocation =
        Invocations.invocation()
            .headers(
                gateway.headersFor(
                    new HttpForwarding.Request("PUT", "http://localhost:9001/a?b=c", headers)))
            .build();

    assertThat(UrlRequest.of(invocation))
        .isEqualTo(new UrlRequest("PUT", "http://localhost:9001/a?b=c", headers));
  }

  @Test
  void an_invocation_with_other_headers_comes_from_no_url() {
    Invocation invocation =
        Invocations.invocation()
            .headers(new PayloadHeaders(List.of(new Header("method", "GET"), new Header("a", "b"))))
            .build();

    assertThat(UrlRequest.of(invocation)).isNull();
    assertThat(UrlRequest.of(Invocations.anInvocation())).isNull();
  }

  @Test
  void the_client_gets_status_headers_and_each_cookie() {
    assertThat(
            answer(
                418,
                new Header("Content-Type", "text/tea"),
                new Header("Set-Cookie", "a=1"),
                new Header("Set-Cookie", "b=2")))
        .isEqualTo(
            new HttpForwarding.Answer(
                418,
                List.of(
                    new Header("content-type", "text/tea"),
                    new Header("Set-Cookie", "a=1"),
                    new Header("Set-Cookie", "b=2"))));
  }

  @Test
  void headers_of_the_connection_and_names_that_http_does_not_have_go_no_further() {
    assertThat(
            answer(
                    200,
                    new Header("Transfer-Encoding", "chunked"),
                    new Header("Keep-Alive", "timeout=5"),
                    new Header(":status", "404"),
                    new Header("a b", "c"),
                    new Header("x-lines", "a\r\nset-cookie: b"),
                    new Header("x-out", "v"))
                .headers())
        .containsExactly(new Header("x-out", "v"));
  }

  @Test
  void a_client_whose_request_does_not_fit_the_function_learns_why() {
    HttpForwarding.Answer answer = gateway.answerOf(error("Function.InvalidPayload"));

    assertThat(answer)
        .isEqualTo(
            new HttpForwarding.Answer(
                400, List.of(new Header("content-type", "application/json"))));
  }

  @Test
  void a_client_of_a_function_that_failed_learns_nothing_of_the_error() {
    assertThat(gateway.answerOf(error("ValueError"))).isNull();
  }

  private static Outcome.Reported error(String type) {
    return new Outcome.Reported("Function.Unknown", type, Payload.of("{}"), null);
  }
}
