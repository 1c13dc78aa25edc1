package dev.rapid.status;

import dev.rapid.http.request.ConnectionWatch;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.telemetry.subscription.RecordCategory;
import dev.rapid.telemetry.subscription.RecordSink;
import dev.rapid.telemetry.subscription.RecordStream;
import dev.rapid.telemetry.subscription.TelemetryRecord;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * {@code GET /_rapid/events}: sends every new telemetry record as a server-sent event. {@code
 * ?types=platform,function,extension} chooses their types.
 *
 * <p>A viewer that is too slow loses the records that its buffer has no room for; a message {@code
 * rapid.dropped} has their number. Viewers need no thread.
 */
public final class EventStream {

  /** The most viewers at a time; another one gets 503. */
  static final int MAX_VIEWERS = 32;

  /** The buffer of one viewer, in bytes. */
  static final int MAX_WAITING_BYTES = 1024 * 1024;

  private static final String TYPES = "types";
  private static final int HEARTBEAT_MILLIS = 15_000;

  private final AtomicInteger viewers = new AtomicInteger();

  // Both guarded by this.
  private List<RecordStream> streams;
  private final Set<Viewer> watching = new HashSet<>();

  /** Creates a stream of all records of {@code streams}. */
  public EventStream(List<RecordStream> streams) {
    this.streams = List.copyOf(streams);
  }

  /** Streams the records of these functions from now on, also to viewers that are there. */
  synchronized void replace(List<RecordStream> next) {
    for (Viewer viewer : watching) {
      streams.stream()
          .filter(each -> !next.contains(each))
          .forEach(each -> each.removeSink(viewer));
      next.stream().filter(each -> !streams.contains(each)).forEach(each -> each.addSink(viewer));
    }
    streams = List.copyOf(next);
  }

  private synchronized void add(Viewer viewer) {
    watching.add(viewer);
    streams.forEach(each -> each.addSink(viewer));
  }

  private synchronized void remove(Viewer viewer) {
    watching.remove(viewer);
    streams.forEach(each -> each.removeSink(viewer));
  }

  /**
   * The refusal of a request.
   *
   * @param status the HTTP status
   */
  record Refusal(int status, String message) {}

  /**
   * Streams until the viewer's connection is closed. Call it on the I/O thread.
   *
   * @return the refusal, null if the stream has begun
   */
  @Nullable Refusal stream(HttpServerExchange exchange) throws Exception {
    Set<RecordCategory> chosen = categories(RequestQuery.parameter(exchange, TYPES));
    if (chosen == null) {
      return new Refusal(400, "types must be a list of platform, function and extension");
    }
    if (viewers.incrementAndGet() > MAX_VIEWERS) {
      viewers.decrementAndGet();
      return new Refusal(503, "There are " + MAX_VIEWERS + " viewers already");
    }
    // Subscribe before the answer, so that the viewer gets every record after it.
    Viewer viewer = new Viewer(chosen);
    add(viewer);
    // The connection serves no other request after this one.
    exchange
        .getConnection()
        .addCloseListener(connection -> {
          remove(viewer);
          viewers.decrementAndGet();
        });
    new ServerSentEventHandler((connection, lastEventId) -> connected(exchange, connection, viewer))
        .handleRequest(exchange);
    return null;
  }

  private static @Nullable Set<RecordCategory> categories(@Nullable String types) {
    if (types == null) {
      return EnumSet.allOf(RecordCategory.class);
    }
    Set<RecordCategory> chosen = EnumSet.noneOf(RecordCategory.class);
    for (String name : types.split(",", -1)) {
      RecordCategory category =
          Arrays.stream(RecordCategory.values())
              .filter(each -> each.wireName().equals(name))
              .findFirst()
              .orElse(null);
      if (category == null) {
        return null;
      }
      chosen.add(category);
    }
    return chosen;
  }

  private static void connected(
      HttpServerExchange exchange, ServerSentEventConnection connection, Viewer viewer) {
    connection.setKeepAliveTime(HEARTBEAT_MILLIS);
    viewer.connected(connection);
    ConnectionWatch.watch(exchange, () -> IoUtils.safeClose(connection, exchange.getConnection()));
  }

  /** One client. */
  private static final class Viewer implements RecordSink {

    private final Set<RecordCategory> categories;
    private final AtomicLong waitingBytes = new AtomicLong();

    // All guarded by this.
    private long lost;
    private long id;
    private final Queue<Message> early = new ArrayDeque<>();
    private @Nullable ServerSentEventConnection connection;

    private record Message(String data, String type, String id) {}

    Viewer(Set<RecordCategory> categories) {
      this.categories = categories;
    }

    synchronized void connected(ServerSentEventConnection opened) {
      connection = opened;
      early.forEach(message -> send(opened, message));
      early.clear();
    }

    @Override
    public void record(TelemetryRecord record) {
      if (categories.contains(record.category())) {
        add(record, record.jsonWithOrigin());
      }
    }

    /** The streams of several functions bring their records on several threads. */
    private synchronized void add(TelemetryRecord record, byte[] json) {
      if (waitingBytes.get() + json.length > MAX_WAITING_BYTES) {
        lost++;
        return;
      }
      if (lost > 0) {
        send("{\"droppedRecords\":" + lost + "}", "rapid.dropped");
        lost = 0;
      }
      send(new String(json, StandardCharsets.UTF_8), record.type());
    }

    /** Called under the lock. */
    private void send(String data, String type) {
      waitingBytes.addAndGet(data.length());
      id++;
      Message message = new Message(data, type, Long.toString(id));
      if (connection == null) {
        early.add(message);
      } else {
        send(connection, message);
      }
    }

    private void send(ServerSentEventConnection viewer, Message message) {
      long length = message.data().length();
      viewer.send(
          message.data(),
          message.type(),
          message.id(),
          new ServerSentEventConnection.EventCallback() {
            @Override
            public void done(
                ServerSentEventConnection to,
                @Nullable String sent,
                @Nullable String event,
                @Nullable String sentId) {
              waitingBytes.addAndGet(-length);
            }

            @Override
            public void failed(
                ServerSentEventConnection to,
                @Nullable String sent,
                @Nullable String event,
                @Nullable String sentId,
                IOException e) {
              waitingBytes.addAndGet(-length);
            }
          });
    }
  }
}
