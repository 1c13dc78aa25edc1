package dev.rapid.runtimes.cases;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A Runtime API that hands out events and records what a runtime posts, with trailers. After the
 * last event it keeps the runtime waiting.
 */
public final class RecordingRuntimeApi implements AutoCloseable {

  /** The request id of the first invocation; the number at its end counts the others. */
  static final String FIRST_ID = "00000000-0000-4000-8000-000000000000";

  private static final String PREFIX = "/2018-06-01/runtime/";

  private final ServerSocket server;
  private final Deque<String> events;
  private final Map<String, String> eventHeaders;
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch idle = new CountDownLatch(1);
  private final CountDownLatch posted;
  private int delivered;

  /**
   * What a runtime has posted.
   *
   * @param path what follows the prefix and, for an invocation, its id
   * @param requestId the id in the path, empty for an init error
   * @param headers by names in lower case
   * @param body the body as text in UTF-8
   * @param trailers by names in lower case
   */
  public record Post(
      String path,
      String requestId,
      Map<String, String> headers,
      String body,
      Map<String, String> trailers) {}

  /**
   * Starts to listen.
   *
   * @param expectedPosts how many posts open the latch {@link #posted}
   */
  public RecordingRuntimeApi(
      List<String> events, Map<String, String> eventHeaders, int expectedPosts) {
    posted = new CountDownLatch(expectedPosts);
    this.events = new ArrayDeque<>(events);
    this.eventHeaders = eventHeaders;
    try {
      server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Returns a latch that opens when the runtime asks for an event after the last one. */
  CountDownLatch idle() {
    return idle;
  }

  /** Returns a latch that opens when everything that is expected was posted to the end. */
  CountDownLatch posted() {
    return posted;
  }

  List<Post> posts() {
    return List.copyOf(posts);
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      String requestLine = line(in);
      while (requestLine != null) {
        Map<String, String> headers = headers(in);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<String, String> trailers = body(in, headers, body);
        String[] words = requestLine.split(" ", -1);
        String path = words[1].substring(PREFIX.length());
        if (words[0].equals("GET")) {
          next(out);
        } else {
          record(path, headers, body.toString(StandardCharsets.UTF_8), trailers);
          answer(out, 202, Map.of("Content-Type", "application/json"), "{\"status\":\"OK\"}");
        }
        requestLine = line(in);
      }
    } catch (IOException closed) {
      // The runtime has ended, or the test.
    }
  }

  private void next(OutputStream out) throws IOException {
    String event;
    String id;
    synchronized (this) {
      event = events.poll();
      id = id(delivered++);
    }
    if (event == null) {
      idle.countDown();
      return;
    }
    Map<String, String> headers = new TreeMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Lambda-Runtime-Aws-Request-Id", id);
    headers.put("Lambda-Runtime-Deadline-Ms", "" + (System.currentTimeMillis() + 60_000));
    headers.put(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:us-east-1:000000000000:function:cases");
    headers.putAll(eventHeaders);
    answer(out, 200, headers, event);
  }

  /** Returns the request id of an invocation. */
  static String id(int index) {
    return FIRST_ID.substring(0, FIRST_ID.length() - 1) + index;
  }

  private void record(
      String path, Map<String, String> headers, String body, Map<String, String> trailers) {
    String[] parts = path.split("/", -1);
    posts.add(
        parts[0].equals("invocation")
            ? new Post(parts[2], parts[1], headers, body, trailers)
            : new Post(path, "", headers, body, trailers));
    posted.countDown();
  }

  private static void answer(OutputStream out, int status, Map<String, String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " OK\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("Content-Length: " + bytes.length + "\r\n\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    all.writeBytes(bytes);
    out.write(all.toByteArray());
    out.flush();
  }

  /** Reads a body and returns its trailers. */
  private static Map<String, String> body(
      InputStream in, Map<String, String> headers, ByteArrayOutputStream body) throws IOException {
    if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      body.writeBytes(in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
      return Map.of();
    }
    while (true) {
      String size = line(in);
      int bytes = size == null ? 0 : Integer.parseInt(size.split(";", -1)[0].strip(), 16);
      if (bytes == 0) {
        return headers(in);
      }
      body.writeBytes(in.readNBytes(bytes));
      String unused = line(in);
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    String line = line(in);
    while (line != null && !line.isEmpty()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      line = line(in);
    }
    return headers;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    while (b >= 0 && b != '\n') {
      if (b != '\r') {
        line.write(b);
      }
      b = in.read();
    }
    return b < 0 ? null : line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
