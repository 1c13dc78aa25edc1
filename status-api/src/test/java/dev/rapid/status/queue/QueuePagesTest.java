package dev.rapid.status.queue;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.rapid.core.queue.Settlement;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class QueuePagesTest {

  private static final String ORDERS = Lanes.ofFunction("orders");
  private static final String MAILS = Lanes.ofFunction("mails");

  private final QueueOfTest queue = new QueueOfTest();
  private HttpWorker worker;
  private HttpListener listener;

  @BeforeEach
  void listen() throws IOException {
    worker = HttpWorker.start(1, 1024);
    listener =
        HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.serve(new QueuePages(queue)::handle);
  }

  @AfterEach
  void close() {
    listener.close();
    worker.close();
  }

  private ValidatableResponse send(String method, String rest) {
    return given()
        .urlEncodingEnabled(false)
        .request(
            method, "http://127.0.0.1:" + listener.address().getPort() + QueuePages.PATH + rest)
        .then();
  }

  private ValidatableResponse get(String rest) {
    return send("GET", rest);
  }

  // ------------------------------------------------------------------ reading

  @Test
  void an_event_that_waits_is_shown_without_its_payload() {
    StoredEntry entry = queue.add(ORDERS, "{\"secret\":1}");

    get("")
        .statusCode(200)
        .body("entries", hasSize(1))
        .body("entries[0].id", equalTo(entry.id().toString()))
        .body("entries[0].function", equalTo("orders"))
        .body("entries[0].destination", nullValue())
        .body("entries[0].requestId", equalTo(entry.requestId()))
        .body("entries[0].state", equalTo("queued"))
        .body("entries[0].accepted", equalTo("2023-11-14T22:13:20Z"))
        .body("entries[0].due", equalTo("2023-11-14T22:13:20Z"))
        .body("entries[0].attempts", equalTo(0))
        .body("entries[0].payloadBytes", equalTo(12))
        .body("entries[0]", not(hasKey("payload")))
        .body("next", nullValue());
  }

  @Test
  void an_event_that_was_given_up_says_why() {
    queue.dead(ORDERS);

    get("")
        .body("entries[0].state", equalTo("dead"))
        .body("entries[0].condition", equalTo("RetriesExhausted"))
        .body("entries[0].reason", equalTo("it is broken"))
        .body("entries[0].attempts", equalTo(3))
        .body("entries[0].due", nullValue());
  }

  @Test
  void an_event_that_waits_for_a_retry_says_when_and_why() {
    queue.settled(ORDERS, new Settlement.Again(QueueOfTest.START + 60_000, 1, 0, "timed out"));

    get("?state=retrying")
        .body("entries[0].due", equalTo("2023-11-14T22:14:20Z"))
        .body("entries[0].reason", equalTo("timed out"))
        .body("entries[0].attempts", equalTo(1));
  }

  @Test
  void an_event_that_runs_names_its_node() {
    queue.add(ORDERS, "{}");
    queue.claim(ORDERS);

    get("?state=running").body("entries[0].node", equalTo("node"));
  }

  @Test
  void a_delivery_names_its_destination() {
    queue.add(Lanes.ofDestination("file:/tmp/out"), "{}");

    get("").body("entries[0].destination", equalTo("file:/tmp/out"));
  }

  @Test
  void counts_are_by_function_and_state() {
    queue.add(ORDERS, "{}");
    queue.add(ORDERS, "{}");
    queue.dead(MAILS);

    get("?function=none")
        .body("entries", empty())
        .body("counts", hasSize(2))
        .body("counts.find { it.function == 'orders' }.state", equalTo("queued"))
        .body("counts.find { it.function == 'orders' }.entries", equalTo(2))
        .body("counts.find { it.function == 'orders' }.due", equalTo(2))
        .body("counts.find { it.function == 'orders' }.oldest", equalTo("2023-11-14T22:13:20Z"))
        .body("counts.find { it.function == 'mails' }.state", equalTo("dead"));
  }

  @Test
  void entries_are_chosen_by_function_state_and_request() {
    queue.dead(ORDERS);
    StoredEntry first = queue.add(ORDERS, "{}");
    StoredEntry mail = queue.add(MAILS, "{}");

    get("?function=orders&state=queued").body("entries.id", contains(first.id().toString()));
    get("?request-id=" + mail.requestId()).body("entries.id", contains(mail.id().toString()));
    get("?id=" + first.id()).body("entries.id", contains(first.id().toString()));
  }

  @Test
  void long_lists_have_pages() {
    StoredEntry first = queue.add(ORDERS, "{}");
    queue.now.incrementAndGet();
    StoredEntry second = queue.add(ORDERS, "{}");

    get("?limit=1")
        .body("entries.id", contains(first.id().toString()))
        .body("next", equalTo(first.id().toString()));
    get("?limit=1&after=" + first.id()).body("entries.id", contains(second.id().toString()));
    get("?limit=1&after=" + second.id()).body("entries", empty()).body("next", nullValue());
  }

  @Test
  void a_payload_is_shown_on_request() {
    StoredEntry entry = queue.add(ORDERS, "{\"item\":\"\u00e4\"}");

    get("/" + entry.id()).statusCode(200).body("$", not(hasKey("payload")));
    get("/" + entry.id() + "?payload=true").body("payload", equalTo("{\"item\":\"\u00e4\"}"));
  }

  @Test
  void an_entry_that_there_is_not_is_404() {
    get("/" + UUID.randomUUID()).statusCode(404);
  }

  @Test
  void a_queue_that_is_not_in_use_is_empty_and_its_store_is_not_opened() {
    queue.inUse = false;

    get("").statusCode(200).body("entries", empty()).body("counts", empty());
    get("/" + UUID.randomUUID()).statusCode(404);
    send("POST", "/retry?all=true").body("retried", equalTo(0));
    org.assertj.core.api.Assertions.assertThat(queue.opened).hasValue(0);
  }

  @Test
  void a_store_that_is_away_is_503_with_the_reason() {
    queue.failure = new StoreException("the database is away", false, null);

    get("").statusCode(503).body("message", equalTo("the database is away"));
  }

  // ------------------------------------------------------------------ acting

  @Test
  void a_dead_event_is_queued_again() {
    StoredEntry entry = queue.dead(ORDERS);
    queue.dead(MAILS);

    send("POST", "/retry?id=" + entry.id()).statusCode(200).body("retried", equalTo(1));

    get("?state=queued").body("entries.id", contains(entry.id().toString()));
    get("?state=dead").body("entries.function", contains("mails"));
  }

  @Test
  void chosen_entries_are_removed() {
    queue.dead(ORDERS);
    queue.dead(ORDERS);
    StoredEntry waits = queue.add(ORDERS, "{}");

    send("DELETE", "?function=orders&state=dead").statusCode(200).body("purged", equalTo(2));

    get("").body("entries.id", contains(waits.id().toString()));
  }

  @Test
  void an_entry_that_runs_is_not_removed() {
    queue.add(ORDERS, "{}");
    queue.claim(ORDERS);

    send("DELETE", "?all=true").body("purged", equalTo(0));
  }

  @Test
  void nothing_is_done_to_all_entries_by_mistake() {
    queue.dead(ORDERS);

    send("DELETE", "").statusCode(400);
    send("POST", "/retry").statusCode(400);
    get("?state=dead").body("entries", hasSize(1));
    send("DELETE", "?all=true").body("purged", equalTo(1));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ?state=lost, 400",
    "GET, ?limit=0, 400",
    "GET, ?limit=1001, 400",
    "GET, ?limit=x, 400",
    "GET, ?after=x, 400",
    "GET, ?id=x, 400",
    "GET, /x, 400",
    "GET, /00000000-0000-7000-8000-000000000000?payload=yes, 400",
    "POST, '', 405",
    "DELETE, /retry?all=true, 405",
    "GET, /retry, 405",
  })
  void a_wrong_request_is_refused_with_a_reason(String method, String rest, int status) {
    send(method, rest).statusCode(status).body("message", not(equalTo("")));
  }
}
