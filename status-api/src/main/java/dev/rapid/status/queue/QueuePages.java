package dev.rapid.status.queue;

import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.lambda.JsonObject;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The entries of the queue, at {@code /_rapid/async}.
 *
 * <ul>
 *   <li>{@code GET /_rapid/async}: entries without payloads, the oldest first, and how many there
 *       are. {@code id}, {@code function}, {@code request-id} and {@code state} choose some; {@code
 *       limit} (100, at most 1,000) and {@code after} (the id of the last one) turn the pages.
 *   <li>{@code GET /_rapid/async/ID}: one entry; {@code ?payload=true} adds its payload.
 *   <li>{@code POST /_rapid/async/retry}: lets chosen entries that are dead, or wait for another
 *       attempt, be due now.
 *   <li>{@code DELETE /_rapid/async}: removes chosen entries that do not run.
 * </ul>
 *
 * <p>The last two want a choice, or {@code all=true}. Answers are JSON; a wrong parameter is 400,
 * an entry that there is not 404, and a store that cannot be reached 503. The store blocks, so each
 * request has a thread; further ones than {@value #MAX_REQUESTS} at once get 503.
 */
public final class QueuePages {

  /** The path of the list. */
  public static final String PATH = "/_rapid/async";

  private static final String RETRY = "retry";
  private static final int MAX_REQUESTS = 8;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final QueueAccess queue;
  private final AtomicInteger requests = new AtomicInteger();

  /** Creates the pages of a queue. */
  public QueuePages(QueueAccess queue) {
    this.queue = queue;
  }

  /** A request that the client has to change. */
  private static final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1;

    BadRequestException(String message) {
      super(message);
    }
  }

  private record Answer(int status, JsonObject body) {

    static Answer message(int status, String message) {
      return new Answer(status, new JsonObject().put("message", message));
    }
  }

  /** Answers a request asynchronously. Call it on the I/O thread. */
  public void handle(HttpServerExchange exchange) {
    if (requests.incrementAndGet() > MAX_REQUESTS) {
      requests.decrementAndGet();
      send(
          exchange,
          Answer.message(
              StatusCodes.SERVICE_UNAVAILABLE,
              "There are " + MAX_REQUESTS + " requests to the queue already"));
      return;
    }
    String path = exchange.getRequestPath();
    String method = exchange.getRequestMethod().toString();
    Answers.park(
        exchange,
        () -> {
          Thread unused =
              Thread.ofPlatform()
                  .daemon()
                  .name("rapid-queue-page")
                  .start(() -> {
                    Answer answer = answer(exchange, method, path);
                    requests.decrementAndGet();
                    Answers.onIoThread(exchange, () -> send(exchange, answer));
                  });
        });
  }

  private static void send(HttpServerExchange exchange, Answer answer) {
    Answers.send(exchange, answer.status(), Answers.JSON, answer.body().line());
  }

  private Answer answer(HttpServerExchange exchange, String method, String path) {
    try {
      String rest = path.length() > PATH.length() ? path.substring(PATH.length() + 1) : "";
      return switch (rest) {
        case "" ->
            switch (method) {
              case "GET" -> list(exchange);
              case "DELETE" -> purge(exchange);
              default -> wrongMethod(exchange, "GET, DELETE");
            };
        case RETRY -> method.equals("POST") ? retry(exchange) : wrongMethod(exchange, "POST");
        default -> method.equals("GET") ? show(exchange, id(rest)) : wrongMethod(exchange, "GET");
      };
    } catch (BadRequestException e) {
      return Answer.message(StatusCodes.BAD_REQUEST, String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      return Answer.message(StatusCodes.SERVICE_UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return Answer.message(StatusCodes.INTERNAL_SERVER_ERROR, e.toString());
    }
  }

  private static Answer wrongMethod(HttpServerExchange exchange, String allowed) {
    exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
    return Answer.message(StatusCodes.METHOD_NOT_ALLOWED, "Use " + allowed);
  }

  // ------------------------------------------------------------------ reading

  private Answer list(HttpServerExchange exchange) throws BadRequestException, StoreException {
    EntryFilter filter = filter(exchange);
    int limit = limit(exchange);
    String afterText = parameter(exchange, "after");
    UUID after = afterText == null ? null : id(afterText);
    if (!queue.isInUse()) {
      return page(List.of(), null, List.of());
    }
    var store = queue.store();
    List<StoredEntry> entries = store.list(filter, after, limit);
    return page(
        entries.stream().map(EntryPage::of).toList(),
        entries.size() < limit ? null : entries.getLast().id(),
        store.counts().stream().map(EntryPage::of).toList());
  }

  private static Answer page(
      List<JsonObject> entries, @Nullable UUID next, List<JsonObject> counts) {
    return new Answer(
        StatusCodes.OK,
        new JsonObject()
            .putObjects("entries", entries)
            .put("next", next == null ? null : next.toString())
            .putObjects("counts", counts));
  }

  private Answer show(HttpServerExchange exchange, UUID id)
      throws BadRequestException, StoreException {
    boolean payload = truth(exchange, "payload");
    StoredEntry entry = queue.isInUse() ? queue.store().find(id) : null;
    if (entry == null) {
      return Answer.message(StatusCodes.NOT_FOUND, "There is no entry " + id);
    }
    return new Answer(StatusCodes.OK, payload ? EntryPage.withPayload(entry) : EntryPage.of(entry));
  }

  // ------------------------------------------------------------------ acting

  private Answer retry(HttpServerExchange exchange) throws BadRequestException, StoreException {
    EntryFilter chosen = chosen(exchange);
    int count = queue.isInUse() ? queue.retry(chosen) : 0;
    return new Answer(StatusCodes.OK, new JsonObject().put("retried", count));
  }

  private Answer purge(HttpServerExchange exchange) throws BadRequestException, StoreException {
    EntryFilter chosen = chosen(exchange);
    int count = queue.isInUse() ? queue.store().purge(chosen) : 0;
    return new Answer(StatusCodes.OK, new JsonObject().put("purged", count));
  }

  private static EntryFilter chosen(HttpServerExchange exchange) throws BadRequestException {
    EntryFilter filter = filter(exchange);
    if (filter.equals(EntryFilter.ALL) && !truth(exchange, "all")) {
      throw new BadRequestException(
          "Choose entries with id, function, request-id or state, or all of them with all=true");
    }
    return filter;
  }

  // ------------------------------------------------------------------ parameters

  private static EntryFilter filter(HttpServerExchange exchange) throws BadRequestException {
    String id = parameter(exchange, "id");
    String state = parameter(exchange, "state");
    return new EntryFilter(
        id == null ? null : id(id),
        parameter(exchange, "request-id"),
        parameter(exchange, "function"),
        state == null ? null : state(state));
  }

  private static @Nullable String parameter(HttpServerExchange exchange, String name) {
    for (RequestQuery.Parameter each : RequestQuery.decoded(exchange.getQueryString())) {
      if (each.name().equals(name)) {
        return each.value();
      }
    }
    return null;
  }

  private static UUID id(String text) throws BadRequestException {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("'" + text + "' is not the id of an entry");
    }
  }

  private static EntryState state(String text) throws BadRequestException {
    for (EntryState each : EntryState.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw new BadRequestException("state must be queued, running, retrying or dead");
  }

  private static int limit(HttpServerExchange exchange) throws BadRequestException {
    String text = parameter(exchange, "limit");
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // The message below says what a limit is.
    }
    throw new BadRequestException("limit must be a number from 1 to " + MAX_LIMIT);
  }

  private static boolean truth(HttpServerExchange exchange, String name)
      throws BadRequestException {
    return switch (parameter(exchange, name)) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      default -> throw new BadRequestException(name + " must be true or false");
    };
  }
}
