package dev.rapid.cli;

import dev.rapid.telemetry.subscription.RecordCategory;
import dev.rapid.telemetry.subscription.RecordSink;
import dev.rapid.telemetry.subscription.TelemetryHub;
import dev.rapid.telemetry.subscription.TelemetryRecord;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.server.handlers.sse.ServerSentEventHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /_rapid/events}: every record of telemetry as a server-sent event, from now on. {@code
 * ?types=platform,function,extension} chooses among them.
 *
 * <p>A viewer that is slower than the records loses those for which there is no room; an event
 * {@code rapid.dropped} tells how many. Viewers cost no thread.
 */
final class EventStream implements HttpHandler {

  /** How many viewers there can be at once; another one is answered 503. */
  static final int MAX_VIEWERS = 32;

  /** How much may wait for one viewer, in bytes. */
  static final int MAX_WAITING_BYTES = 1024 * 1024;

  private static final int HEARTBEAT_MILLIS = 15_000;

  private final TelemetryHub hub;
  private final AtomicInteger viewers = new AtomicInteger();
  private final HttpHandler events = new ServerSentEventHandler(this::connected);

  EventStream(TelemetryHub hub) {
    this.hub = hub;
  }

  /**
   * What is wrong with a request.
   *
   * @param status the HTTP status
   */
  record Refusal(int status, String message) {}

  /** Returns what is wrong with a request, null if it can be handled. */
  @Nullable Refusal refusalOf(HttpServerExchange exchange) {
    if (categories(exchange.getQueryParameters().get("types")) == null) {
      return new Refusal(400, "types must be a list of platform, function and extension");
    }
    return viewers.get() >= MAX_VIEWERS
        ? new Refusal(503, "There are " + MAX_VIEWERS + " viewers already")
        : null;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    events.handleRequest(exchange);
  }

  private static @Nullable Set<RecordCategory> categories(@Nullable Deque<String> types) {
    if (types == null) {
      return EnumSet.allOf(RecordCategory.class);
    }
    Set<RecordCategory> chosen = EnumSet.noneOf(RecordCategory.class);
    for (String name : types.getFirst().split(",", -1)) {
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

  private void connected(ServerSentEventConnection connection, @Nullable String lastEventId) {
    Set<RecordCategory> chosen = categories(connection.getQueryParameters().get("types"));
    Viewer viewer =
        new Viewer(connection, chosen == null ? EnumSet.allOf(RecordCategory.class) : chosen);
    viewers.incrementAndGet();
    connection.setKeepAliveTime(HEARTBEAT_MILLIS);
    connection.addCloseTask(channel -> {
      hub.removeSink(viewer);
      viewers.decrementAndGet();
    });
    hub.addSink(viewer);
  }

  /** One who watches. */
  private static final class Viewer implements RecordSink {

    private final ServerSentEventConnection connection;
    private final Set<RecordCategory> categories;
    private final AtomicLong waitingBytes = new AtomicLong();

    // Both only touched by the hub, which calls one after the other.
    private long lost;
    private long id;

    Viewer(ServerSentEventConnection connection, Set<RecordCategory> categories) {
      this.connection = connection;
      this.categories = categories;
    }

    @Override
    public void record(TelemetryRecord record) {
      if (!categories.contains(record.category()) || !connection.isOpen()) {
        return;
      }
      byte[] json = record.jsonWithRequestId();
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

    private void send(String data, String type) {
      long length = data.length();
      waitingBytes.addAndGet(length);
      id++;
      connection.send(
          data,
          type,
          Long.toString(id),
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
