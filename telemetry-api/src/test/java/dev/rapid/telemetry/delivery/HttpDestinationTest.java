package dev.rapid.telemetry.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches over real sockets, to a subscriber that the test plays. */
@Timeout(30)
final class HttpDestinationTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private final ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
  private final DeliveryThread thread = new DeliveryThread();
  private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private HttpDestination destination;
  private @Nullable Socket subscriber;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    thread.start();
    destination =
        new HttpDestination(
            new Target.Http(
                "sandbox:" + server.getLocalPort(), server.getLocalPort(), "/x?y", "POST"),
            thread,
            new Delivery(thread, timers, NanoClock.SYSTEM, new TelemetryCounters()));
  }

  @AfterEach
  void close() throws IOException {
    thread.execute(destination::close);
    thread.close();
    timers.close();
    server.close();
    if (subscriber != null) {
      subscriber.close();
    }
  }

  private void send(String record) {
    byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
    Batch batch = new Batch(Framing.ARRAY);
    batch.add(bytes, 0, bytes.length);
    thread.execute(() ->
        destination.send(
            batch,
            new Destination.Outcome() {
              @Override
              public void delivered() {
                outcomes.add("delivered");
              }

              @Override
              public void refused(int status) {
                outcomes.add("refused " + status);
              }

              @Override
              public void failed() {
                outcomes.add("failed");
              }
            }));
  }

  private String outcome() throws InterruptedException {
    return String.valueOf(outcomes.poll(20, TimeUnit.SECONDS));
  }

  private Socket accept() throws IOException {
    Socket accepted = server.accept();
    subscriber = accepted;
    return accepted;
  }

  private static String request(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      text.append((char) in.read());
    }
    int length =
        Integer.parseInt(text.toString().replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1"));
    return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static void answer(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Test
  void a_batch_is_the_body_of_a_request_with_its_digest() throws Exception {
    send("{\"a\":1}");
    Socket socket = accept();

    assertThat(request(socket))
        .isEqualTo(
            "POST /x?y HTTP/1.1\r\nHost: sandbox:"
                + server.getLocalPort()
                + "\r\nContent-Type: application/json\r\nContent-Length: 9\r\nSequence-Id: "
                + sequenceId("[{\"a\":1}]")
                + "\r\n\r\n[{\"a\":1}]");
    answer(socket, OK);
    assertThat(outcome()).isEqualTo("delivered");
  }

  private static String sequenceId(String body) throws Exception {
    return Base64.getEncoder()
        .encodeToString(
            MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void the_connection_is_used_again() throws Exception {
    send("1");
    Socket socket = accept();
    assertThat(request(socket)).endsWith("[1]");
    answer(socket, OK);
    assertThat(outcome()).isEqualTo("delivered");

    send("2");

    assertThat(request(socket)).endsWith("[2]");
    answer(socket, OK);
    assertThat(outcome()).isEqualTo("delivered");
  }

  @Test
  void a_kept_connection_that_was_closed_is_replaced_by_another_one() throws Exception {
    send("1");
    Socket socket = accept();
    assertThat(request(socket)).endsWith("[1]");
    answer(socket, OK);
    assertThat(outcome()).isEqualTo("delivered");
    socket.close();

    send("2");

    Socket another = accept();
    assertThat(request(another)).endsWith("[2]");
    answer(another, OK);
    assertThat(outcome()).isEqualTo("delivered");
  }

  @Test
  void an_error_of_the_server_may_be_over_later_and_one_of_the_client_may_not() throws Exception {
    send("1");
    Socket socket = accept();
    assertThat(request(socket)).endsWith("[1]");
    answer(socket, "HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops");
    assertThat(outcome()).isEqualTo("failed");

    send("1");
    assertThat(request(socket)).endsWith("[1]");
    answer(socket, "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n");
    assertThat(outcome()).isEqualTo("failed");

    send("1");
    assertThat(request(socket)).endsWith("[1]");
    answer(socket, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(outcome()).isEqualTo("refused 404");
  }

  @Test
  void an_answer_before_the_end_of_a_large_request_delivers_it_once() throws Exception {
    send("\"" + "x".repeat(8_000_000) + "\"");
    Socket socket = accept();
    answer(socket, OK);

    assertThat(outcome()).isEqualTo("delivered");
    socket.close();
    send("2");
    assertThat(request(accept())).endsWith("[2]");
  }

  @Test
  void a_connection_that_ends_without_an_answer_is_a_failure() throws Exception {
    send("1");
    accept().close();

    assertThat(outcome()).isEqualTo("failed");
  }

  @Test
  void nobody_who_listens_is_a_failure() throws Exception {
    server.close();

    send("1");

    assertThat(outcome()).isEqualTo("failed");
  }
}
