package dev.rapid.azure.server.forward;

import static dev.rapid.azure.server.forward.ForwardingBench.eventually;
import static dev.rapid.azure.server.forward.ForwardingBench.failure;
import static dev.rapid.azure.server.forward.ForwardingBench.request;
import static dev.rapid.azure.server.forward.ForwardingBench.success;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.azure.server.forward.ScriptedServer.Connection;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.ArrivingPayload;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders.Header;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ForwardedInvocationTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String OK_CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  private final ScriptedServer server = new ScriptedServer();
  private ForwardingBench bench = ForwardingBench.ofUrl();

  @AfterEach
  void close() {
    server.close();
    bench.close();
  }

  private void use(ForwardingBench other) {
    bench.close();
    bench = other;
  }

  private static Reply.Streamed streamed(ResponseEnd end, long bytes) {
    return new Reply.Streamed(end, bytes, null, null);
  }

  private Reply.ReportedError awaitError() {
    Reply reply = bench.awaitReply();
    assertThat(reply).isInstanceOf(Reply.ReportedError.class);
    return (Reply.ReportedError) reply;
  }

  private static String text(Payload payload) {
    return new String(payload.toByteArray(), StandardCharsets.UTF_8);
  }

  // ------------------------------------------------------------------ the request

  @Test
  void the_worker_gets_method_path_query_and_headers_and_learns_who_was_asked() {
    bench.begin(
        server.address(),
        request(
            "PATCH",
            "/api/a%20b?x=1&x=2",
            "Host",
            "front:8443",
            "X-In",
            "a",
            "x-in",
            "ä",
            "Cookie",
            "c=d",
            "user-agent",
            "test"),
        Payload.EMPTY);
    Connection connection = server.accept();

    String head = connection.readHead();

    assertThat(head)
        .isEqualTo(
            "PATCH /api/a%20b?x=1&x=2 HTTP/1.1\r\n"
                + "host: 127.0.0.1:"
                + server.address().getPort()
                + "\r\n"
                + "connection: close\r\n"
                + "X-In: a\r\n"
                + "x-in: Ã¤\r\n"
                + "Cookie: c=d\r\n"
                + "user-agent: test\r\n"
                + "x-ms-invocation-id: "
                + ForwardingBench.ID
                + "\r\n"
                + "x-forwarded-host: front:8443\r\n"
                + "x-forwarded-proto: https\r\n\r\n");
  }

  @Test
  void headers_of_the_connection_and_those_that_we_set_are_not_the_callers() {
    bench.begin(
        server.address(),
        request(
            "GET",
            "/",
            "Connection",
            "keep-alive",
            "Keep-Alive",
            "5",
            "TE",
            "trailers",
            "Expect",
            "100-continue",
            "x-ms-invocation-id",
            "spoofed",
            "X-Forwarded-Host",
            "evil"),
        Payload.EMPTY);

    assertThat(server.accept().readHead())
        .doesNotContain("keep-alive", "trailers", "100-continue", "spoofed", "evil");
  }

  @Test
  void a_body_of_known_length_keeps_it() {
    bench.begin(server.address(), request("POST", "/", "Content-Length", "3"), Payload.of("abc"));
    Connection connection = server.accept();

    assertThat(connection.readHead()).contains("content-length: 3\r\n");
    assertThat(connection.read(3)).asString().isEqualTo("abc");
  }

  @Test
  void a_body_is_passed_on_while_it_comes() {
    ArrivingPayload body = new ArrivingPayload(1024, () -> {}, () -> {});
    bench.begin(server.address(), request("POST", "/", "Transfer-Encoding", "chunked"), body);
    Connection connection = server.accept();
    assertThat(connection.readHead()).contains("transfer-encoding: chunked\r\n");

    body.arrived(Payload.of("abc"));
    assertThat(connection.readUntil("\r\nabc\r\n")).isEqualTo("3\r\nabc\r\n");
    body.arrived(Payload.of("d"));
    body.complete();

    assertThat(connection.readUntil("0\r\n\r\n")).isEqualTo("1\r\nd\r\n0\r\n\r\n");
  }

  @Test
  void a_worker_that_does_not_read_the_body_stops_its_caller() {
    int length = 32 * 1024 * 1024;
    CountedPayload piece = new CountedPayload("x".repeat(length));
    ArrivingPayload body = new ArrivingPayload(1024, () -> {}, () -> {});
    bench.begin(
        server.address(), request("POST", "/", "Content-Length", Integer.toString(length)), body);
    Connection connection = server.accept();
    connection.readHead();

    body.arrived(piece);
    body.complete();
    assertThat(connection.read(1024 * 1024)).hasSize(1024 * 1024);
    assertThat(piece.readers()).isEqualTo(1);

    assertThat(connection.read(length - 1024 * 1024)).hasSize(length - 1024 * 1024);
    eventually(() -> piece.readers() == 0);
  }

  @Test
  void a_worker_may_answer_before_it_has_the_whole_request() {
    ArrivingPayload body = new ArrivingPayload(1024, () -> {}, () -> {});
    bench.begin(server.address(), request("POST", "/", "Transfer-Encoding", "chunked"), body);
    Connection connection = server.accept();
    connection.readHead();
    body.arrived(Payload.of("a"));
    connection.readUntil("\r\na\r\n");

    connection.write(OK_CHUNKED + "1\r\nA\r\n");
    bench.awaitText("A");
    body.arrived(Payload.of("b"));
    connection.readUntil("\r\nb\r\n");
    connection.write("1\r\nB\r\n");

    bench.awaitText("AB");
  }

  @Test
  void a_caller_that_goes_in_the_middle_of_its_body_ends_the_exchange() {
    ArrivingPayload body = new ArrivingPayload(1024, () -> {}, () -> {});
    bench.begin(server.address(), request("POST", "/", "Content-Length", "10"), body);
    Connection connection = server.accept();
    connection.readHead();

    body.truncated();

    assertThat(awaitError().reportedType()).isEqualTo(ErrorType.SANDBOX_FAILURE.wireName());
    assertThat(connection.readToEnd()).isEmpty();
    assertThat(bench.cancelsInWorker()).isEqualTo(1);
  }

  // ------------------------------------------------------------------ the answer

  @Test
  void the_caller_gets_status_headers_and_each_cookie_while_the_function_goes_on() {
    bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    connection.write(
        "HTTP/1.1 418 Tea\r\nContent-Type: text/plain\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
            + "x-out: Ã¤\r\nContent-Length: 6\r\n\r\nabc");
    ResponseHead head = bench.awaitHead();
    bench.awaitText("abc");

    assertThat(head.contentType()).isEqualTo("text/plain");
    assertThat(head.headers().all())
        .containsExactly(
            new Header(":status", "418"),
            new Header("Set-Cookie", "a=1"),
            new Header("Set-Cookie", "b=2"),
            new Header("x-out", "ä"),
            new Header("Content-Length", "6"));
    assertThat(bench.reply()).isNull();
  }

  @Test
  void an_invocation_succeeds_when_the_message_follows_the_answer() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK + "Content-Length: 3\r\n\r\nabc");
    bench.awaitText("abc");
    assertThat(connection.readToEnd()).isEmpty();
    assertThat(bench.reply()).isNull();

    invocation.responded(success());

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 3));
    bench.awaitDone();
    assertThat(bench.repliesBeforeMessage()).isZero();
  }

  @Test
  void an_invocation_succeeds_when_the_answer_follows_the_message() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    invocation.responded(success());

    connection.write(OK_CHUNKED + "2\r\nab\r\n");
    bench.awaitText("ab");
    assertThat(bench.reply()).isNull();
    connection.write("1\r\nc\r\n0\r\n\r\n");

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 3));
    bench.awaitDone();
  }

  @Test
  void an_answer_without_a_length_ends_with_its_connection() {
    ForwardedInvocation invocation = bench.get(server);
    invocation.responded(success());
    Connection connection = server.accept();
    connection.readHead();

    connection.write(OK + "\r\nabc").close();

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 3));
  }

  @Test
  void an_answer_to_head_has_no_body() {
    ForwardedInvocation invocation =
        bench.begin(server.address(), request("HEAD", "/"), Payload.EMPTY);
    invocation.responded(success());
    Connection connection = server.accept();
    connection.readHead();

    connection.write(OK + "Content-Length: 100\r\n\r\n");

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 0));
    assertThat(bench.awaitHead().headers().first("content-length")).isEqualTo("100");
  }

  @Test
  void a_caller_that_takes_nothing_stops_the_worker() {
    bench.takeNothing();
    bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    int length = 32 * 1024 * 1024;
    Thread writer =
        Thread.ofVirtual()
            .start(() ->
                connection
                    .write(OK + "Content-Length: " + length + "\r\n\r\n")
                    .write(new byte[length]));
    eventually(() -> bench.received() >= 131_072);

    assertThat(bench.received()).isLessThan(131_072 + 65_536 + 1);
    bench.takeAll();
    eventually(() -> bench.received() == length);
    eventually(() -> !writer.isAlive());
  }

  @Test
  void a_page_of_an_error_that_the_function_wanted_is_passed_on() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");

    invocation.responded(success());

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 4));
    assertThat(bench.awaitHead().headers().first(":status")).isEqualTo("503");
    assertThat(bench.text()).isEqualTo("busy");
  }

  @Test
  void a_long_page_of_an_error_does_not_wait_for_the_message() {
    bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    connection.write("HTTP/1.1 500 No\r\nContent-Length: 1000000\r\n\r\n").write(new byte[100_000]);

    eventually(() -> bench.received() == 100_000);
  }

  // ------------------------------------------------------------------ failures

  @Test
  void a_function_that_fails_is_an_error_and_not_the_page_of_the_server() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write("HTTP/1.1 500 Error\r\nContent-Length: 4\r\n\r\npage");
    assertThat(connection.readToEnd()).isEmpty();

    invocation.responded(failure());

    assertThat(text(awaitError().payload())).isEqualTo("no luck");
    assertThat(bench.kind()).isEqualTo(ReplyKind.ERROR);
    assertThat(bench.head()).isNull();
    bench.awaitDone();
  }

  @Test
  void a_function_that_fails_without_an_answer_ends_the_exchange() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    invocation.responded(failure());

    assertThat(awaitError().reportedType()).isEqualTo("ValueError");
    assertThat(connection.readToEnd()).isEmpty();
    bench.awaitDone();
  }

  @Test
  void a_function_that_fails_in_the_middle_of_its_answer_ends_the_stream_with_its_error() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK_CHUNKED + "2\r\nab\r\n");
    bench.awaitText("ab");

    invocation.responded(failure());
    connection.write("0\r\n\r\n");

    assertThat(bench.awaitReply())
        .isInstanceOfSatisfying(
            Reply.Streamed.class, reply -> assertThat(reply.errorType()).isNotNull());
    bench.awaitDone();
  }

  @Test
  void an_answer_that_has_begun_comes_to_its_end_when_the_worker_is_lost() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK + "Content-Length: 10\r\n\r\nabc");
    bench.awaitText("abc");

    invocation.workerLost();
    connection.close();

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.TRUNCATED, 3));
  }

  @Test
  void a_whole_answer_without_its_message_is_truncated_when_the_worker_is_lost() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK + "Content-Length: 3\r\n\r\nabc");
    bench.awaitText("abc");

    invocation.workerLost();

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.TRUNCATED, 3));
  }

  @Test
  void a_whole_answer_whose_message_has_come_counts_when_the_worker_is_lost() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK + "Content-Length: 10\r\n\r\nabc");
    bench.awaitText("abc");
    invocation.responded(success());

    invocation.workerLost();
    connection.write("defghij");

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 10));
  }

  @Test
  void an_answer_that_breaks_off_is_truncated() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK + "Content-Length: 10\r\n\r\nabc");
    bench.awaitText("abc");

    connection.close();

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.TRUNCATED, 3));
    eventually(() -> bench.repliesBeforeMessage() == 1);
    assertThat(bench.dones()).isZero();
    invocation.responded(success());
    bench.awaitDone();
  }

  @Test
  void a_connection_that_ends_without_an_answer_is_an_error_that_names_the_server() {
    bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    connection.close();

    Reply.ReportedError error = awaitError();
    assertThat(error.reportedType()).isEqualTo("Runtime.TruncatedResponse");
    assertThat(text(error.payload()))
        .contains("the HTTP server of the worker at 127.0.0.1:" + server.address().getPort());
  }

  @Test
  void an_answer_that_is_not_http_is_an_error() {
    ForwardedInvocation invocation = bench.get(server);
    invocation.responded(success());
    Connection connection = server.accept();
    connection.readHead();

    connection.write("SSH-2.0 hello\r\n\r\n");

    assertThat(text(awaitError().payload())).contains("is not HTTP");
  }

  @Test
  void the_end_of_the_process_says_more_than_the_end_of_its_connection() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    connection.close();
    invocation.close();
    invocation.responded(success());

    assertThat(bench.reply()).isNull();
    assertThat(bench.kind()).isNull();
  }

  @Test
  void a_server_that_listens_later_than_it_was_announced_is_tried_again() {
    InetSocketAddress address = server.address();
    server.close();
    ForwardedInvocation invocation = bench.begin(address, request("GET", "/late"), Payload.EMPTY);
    invocation.responded(success());

    try (ScriptedServer late = new ScriptedServer(address.getPort())) {
      Connection connection = late.accept();
      assertThat(connection.readHead()).startsWith("GET /late ");
      connection.write(OK + "Content-Length: 0\r\n\r\n");
      assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.COMPLETE, 0));
    }
  }

  @Test
  void a_server_that_never_listens_makes_the_worker_useless() {
    server.close();

    bench.get(server);

    eventually(() -> bench.unreachable() != null);
    assertThat(bench.unreachable())
        .startsWith(
            "Cannot connect to the HTTP server of the worker at 127.0.0.1:"
                + server.address().getPort());
  }

  @Test
  void a_server_that_neither_takes_nor_sends_anything_is_given_up() {
    use(ForwardingBench.ofUrl(Duration.ofMillis(50)));

    bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    assertThat(awaitError().reportedType()).isEqualTo("Sandbox.Timedout");
    assertThat(connection.readToEnd()).isEmpty();
    assertThat(bench.cancelsInWorker()).isEqualTo(1);
  }

  @Test
  void a_caller_that_goes_in_the_middle_of_the_answer_ends_the_exchange() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    connection.write(OK_CHUNKED + "2\r\nab\r\n");
    bench.awaitText("ab");

    bench.leave();

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.TRUNCATED, 2));
    assertThat(connection.readToEnd()).isEmpty();
    assertThat(bench.dones()).isZero();
    invocation.responded(success());
    bench.awaitDone();
  }

  @Test
  void a_result_that_is_not_wanted_any_more_ends_the_exchange_and_frees_the_worker_later() {
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    invocation.cancel();
    assertThat(connection.readToEnd()).isEmpty();
    assertThat(bench.dones()).isZero();
    invocation.responded(success());

    bench.awaitDone();
    assertThat(bench.kind()).isNull();
  }

  @Test
  void a_reply_that_comes_too_late_is_refused_and_frees_the_worker() {
    ForwardedInvocation invocation = bench.get(server);
    server.accept().readHead();

    invocation.refuse(new Refusal.UnknownInvocation());
    invocation.responded(failure());

    bench.awaitDone();
  }

  @Test
  void a_stream_is_cut_one_byte_behind_its_limit() {
    bench.limitedTo(4);
    bench.get(server);
    Connection connection = server.accept();
    connection.readHead();

    connection.write(OK + "Content-Length: 100\r\n\r\nabcdefgh");

    assertThat(bench.awaitReply()).isEqualTo(streamed(ResponseEnd.OVERSIZED, 5));
    assertThat(bench.text()).isEqualTo("abcde");
  }

  // ------------------------------------------------------------------ callers with events

  @Test
  void a_caller_with_an_event_gets_the_whole_answer_as_one_reply() {
    use(ForwardingBench.ofEvent());
    ForwardedInvocation invocation =
        bench.begin(server.address(), request("POST", "/"), Payload.of("event"));
    Connection connection = server.accept();
    assertThat(connection.readHead()).contains("content-length: 5\r\n");
    assertThat(connection.read(5)).asString().isEqualTo("event");

    connection.write("HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
    invocation.responded(success());
    assertThat(bench.kind()).isNull();
    connection.write("1\r\nc\r\n0\r\n\r\n");

    assertThat(bench.awaitReply())
        .isInstanceOfSatisfying(
            Reply.Response.class, reply -> assertThat(text(reply.payload())).isEqualTo("201 abc"));
    bench.awaitDone();
  }

  @Test
  void an_answer_that_is_too_long_for_an_event_is_refused() {
    use(ForwardingBench.ofEvent());
    ForwardedInvocation invocation = bench.get(server);
    Connection connection = server.accept();
    connection.readHead();
    int length = 7 * 1024 * 1024;
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                connection
                    .write(OK + "Content-Length: " + length + "\r\n\r\n")
                    .write(new byte[length]);
              } catch (UncheckedIOException refused) {
                // The rest is not wanted.
              }
            });

    assertThat(bench.awaitReply()).isInstanceOf(Reply.TooLarge.class);
    eventually(() -> !writer.isAlive());
    invocation.responded(success());
    bench.awaitDone();
  }
}
