package dev.rapid.invokeapi;

import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** The calls of one runtime, over one connection. */
final class RuntimeClient implements AutoCloseable {

  private static final String API = "/2018-06-01/runtime/";

  private final WireClient connection;
  private final Queue<Event> seen;

  RuntimeClient(InetSocketAddress api, Queue<Event> seen) {
    this.connection = WireClient.connect(api);
    this.seen = seen;
  }

  record Event(WireAnswer answer) {

    String requestId() {
      return String.valueOf(header("Lambda-Runtime-Aws-Request-Id"));
    }

    String arn() {
      return String.valueOf(header("Lambda-Runtime-Invoked-Function-Arn"));
    }

    @Nullable String header(String name) {
      return answer.header(name);
    }

    byte[] body() {
      return answer.body();
    }

    String text() {
      return answer.text();
    }
  }

  Event next() {
    WireAnswer answer = connection.get(API + "invocation/next");
    if (answer.status() != 200) {
      throw new AssertionError(answer.toString());
    }
    Event event = new Event(answer);
    seen.add(event);
    return event;
  }

  /** Waits for the restore. */
  void awaitRestore() {
    WireAnswer answer = connection.get(API + "restore/next");
    if (answer.status() != 200) {
      throw new AssertionError(answer.toString());
    }
  }

  void failRestore(String... headers) {
    connection.post(API + "restore/error", "{}", headers);
  }

  WireAnswer respond(Event event, byte[] body, String... headers) {
    return connection.post(API + "invocation/" + event.requestId() + "/response", body, headers);
  }

  WireAnswer respond(Event event, String body, String... headers) {
    return respond(event, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Announces one byte more than it sends, and ends the connection. */
  void respondTruncated(Event event) {
    connection
        .sendHead(
            "POST", API + "invocation/" + event.requestId() + "/response", "Content-Length: 5")
        .send("1234")
        .close();
  }

  /** Begins a streaming response. */
  Stream stream(Event event, String... headers) {
    List<String> lines = new ArrayList<>(List.of(headers));
    lines.add("Lambda-Runtime-Function-Response-Mode: streaming");
    lines.add("Transfer-Encoding: chunked");
    connection.sendHead(
        "POST",
        API + "invocation/" + event.requestId() + "/response",
        lines.toArray(String[]::new));
    return new Stream();
  }

  /** A response that the runtime sends piece by piece. */
  final class Stream {

    Stream write(byte[] piece) {
      connection.sendChunk(piece);
      return this;
    }

    Stream write(String piece) {
      return write(piece.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the response, with trailers if there are any. */
    WireAnswer end(String... trailers) {
      return connection.sendLastChunk(trailers).receive();
    }

    /** Ends the connection in the middle of the response. */
    void breakOff() {
      connection.close();
    }
  }

  void fail(Event event, String body, String... headers) {
    connection.post(API + "invocation/" + event.requestId() + "/error", body, headers);
  }

  void failInit(String body, String... headers) {
    connection.post(API + "init/error", body, headers);
  }

  @Override
  public void close() {
    connection.close();
  }
}
