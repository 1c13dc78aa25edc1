package dev.rapid.http;

import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestLimits;
import dev.rapid.http.testing.WireClient;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A worker with one listener on a free port, and the clients that were connected to it. */
public final class TestServer implements AutoCloseable {

  public static final long PAYLOAD_BYTES = 16L * 1024 * 1024;

  private final HttpWorker worker;
  private final HttpListener listener;
  private final List<WireClient> clients = new ArrayList<>();

  private TestServer(HttpWorker worker, HttpListener listener) {
    this.worker = worker;
    this.listener = listener;
  }

  public static TestServer bound() {
    return bound(PAYLOAD_BYTES);
  }

  public static TestServer bound(long payloadBytes) {
    return bound(1, payloadBytes, RequestLimits.CALLERS);
  }

  public static TestServer boundWithThreads(int ioThreads) {
    return bound(ioThreads, PAYLOAD_BYTES, RequestLimits.CALLERS);
  }

  public static TestServer boundForConnections(int maxConnections) {
    return bound(1, PAYLOAD_BYTES, RequestLimits.CALLERS, maxConnections);
  }

  public static TestServer boundWithLimits(RequestLimits limits) {
    return bound(1, PAYLOAD_BYTES, limits);
  }

  private static TestServer bound(int ioThreads, long payloadBytes, RequestLimits limits) {
    return bound(ioThreads, payloadBytes, limits, Integer.MAX_VALUE);
  }

  private static TestServer bound(
      int ioThreads, long payloadBytes, RequestLimits limits, int maxConnections) {
    try {
      HttpWorker worker = HttpWorker.start(ioThreads, payloadBytes);
      InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      return new TestServer(worker, HttpListener.bind(worker, anyPort, limits, maxConnections));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public TestServer serving(HttpHandler handler) {
    listener.serve(handler);
    return this;
  }

  public WireClient connect() {
    WireClient client = WireClient.connect(listener.address());
    clients.add(client);
    return client;
  }

  public WireClient connectWithSmallBuffer() {
    WireClient client = WireClient.connectWithSmallBuffer(listener.address());
    clients.add(client);
    return client;
  }

  public HttpListener listener() {
    return listener;
  }

  public PayloadMemory payloads() {
    return worker.payloads();
  }

  @Override
  public void close() {
    clients.forEach(WireClient::close);
    listener.close();
    worker.close();
  }
}
