package dev.rapid.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.core.shaping.ResponseShaper;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.CancellableTimers;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.FunctionTarget;
import dev.rapid.gateway.call.CallContext;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.function.UnavailableFunctionException;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A front door on a real socket. Its time limits and caches follow a virtual time. */
final class FrontDoor implements AutoCloseable {

  static final String ACCOUNT = "123456789012";
  static final String REGION = "us-east-1";

  private final VirtualTime time = new VirtualTime();
  private final ScheduledTimers pacing = new ScheduledTimers(NanoClock.SYSTEM);
  private final Map<String, TestFunction> functions = new HashMap<>();
  private final List<WireClient> clients = new ArrayList<>();
  private final HttpWorker worker;
  private final HttpListener listener;
  private final Gateway gateway;

  private FrontDoor(InetAddress address, List<Api> apis, List<TestFunction> all)
      throws IOException {
    for (TestFunction function : all) {
      functions.put(function.description().identity().name(), function);
    }
    worker = HttpWorker.start(1, 64L * 1024 * 1024);
    listener = HttpListener.bind(worker, new InetSocketAddress(address, 0));
    CancellableTimers timers =
        (at, task) -> {
          AtomicBoolean cancelled = new AtomicBoolean();
          time.schedule(
              at,
              () -> {
                if (!cancelled.get()) {
                  task.run();
                }
              });
          return () -> cancelled.set(true);
        };
    gateway =
        new Gateway(
            new CallContext(
                this::find,
                worker.payloads(),
                time,
                time,
                timers,
                () -> new Pacer(ResponseShaper.unshaped(), NanoClock.SYSTEM, pacing)),
            REGION,
            ACCOUNT,
            List.of());
    gateway.serve(apis);
    listener.serve(gateway, Gateway::answerFault);
  }

  private GatewayFunction find(FunctionTarget target) throws UnavailableFunctionException {
    TestFunction function = functions.get(target.name());
    if (function == null) {
      throw new UnavailableFunctionException("there is no function " + target);
    }
    return function;
  }

  static FrontDoor of(List<Api> apis, TestFunction... functions) {
    return at(InetAddress.getLoopbackAddress(), apis, functions);
  }

  static FrontDoor at(InetAddress address, List<Api> apis, TestFunction... functions) {
    try {
      return new FrontDoor(address, apis, List.of(functions));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FrontDoor of(Api api, TestFunction... functions) {
    return of(List.of(api), functions);
  }

  Gateway gateway() {
    return gateway;
  }

  VirtualTime time() {
    return time;
  }

  long usedBytes() {
    return worker.payloads().usedBytes();
  }

  WireClient connect() {
    WireClient client = WireClient.connect(listener.address());
    clients.add(client);
    return client;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param requestLine method and target
   * @param body null for none
   * @param headers lines; without {@code Host} it is {@code localhost}
   */
  WireAnswer send(String requestLine, byte @Nullable [] body, List<String> headers) {
    WireClient client = connect();
    client.send(head(requestLine, body, headers));
    if (body != null) {
      client.send(body);
    }
    return requestLine.startsWith("HEAD ") ? client.receiveHead() : client.receive();
  }

  static String head(String requestLine, byte @Nullable [] body, List<String> headers) {
    StringBuilder head = new StringBuilder(wire(requestLine)).append(" HTTP/1.1\r\n");
    if (headers.stream().noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"))) {
      head.append("Host: localhost\r\n");
    }
    headers.forEach(line -> head.append(wire(line)).append("\r\n"));
    if (body != null) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static String wire(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  WireAnswer get(String target, String... headers) {
    return send("GET " + target, null, List.of(headers));
  }

  WireAnswer post(String target, String body, String... headers) {
    return send("POST " + target, body.getBytes(UTF_8), List.of(headers));
  }

  /** Returns the body of an answer of {@code echo}: the event. */
  static JsonNode event(WireAnswer answer) {
    try {
      return TestFunction.JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError("no event: " + answer, e);
    }
  }

  @Override
  public void close() {
    clients.forEach(WireClient::close);
    listener.close();
    worker.close();
    pacing.close();
  }
}
