package dev.rapid.runtimeapi;

import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.worker.WorkerConnections;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.request.RequestLimits;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The Runtime API of one sandbox, at an address of its own: only the address identifies the
 * runtime.
 */
public final class RuntimeApiServer implements WorkerConnections, AutoCloseable {

  private final HttpWorker worker;
  private final HttpListener listener;

  private RuntimeApiServer(HttpWorker worker, HttpListener listener) {
    this.worker = worker;
    this.listener = listener;
  }

  /**
   * Binds the address; runtimes that connect wait until {@link #serve}.
   *
   * @param address where to listen; port 0 picks a free one
   * @throws IOException if the address cannot be bound
   */
  public static RuntimeApiServer bind(HttpWorker worker, InetSocketAddress address)
      throws IOException {
    return new RuntimeApiServer(worker, HttpListener.bind(worker, address, RequestLimits.FUNCTION));
  }

  /** Returns the bound address, with its real port, for {@code AWS_LAMBDA_RUNTIME_API}. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /**
   * Returns the handler of {@code sandbox}'s Runtime API; it answers other paths with 404.
   *
   * @param peers finds the processes that call, if one of them may end while the runtime goes on
   * @param metadata what the metadata endpoint says about the execution environment
   * @param credentials the credentials of a runtime with SnapStart; without SnapStart null, and its
   *     paths answer 404
   */
  public HttpHandler routes(
      Sandbox sandbox,
      ConnectionPeers peers,
      ExecutionEnvironmentMetadata metadata,
      @Nullable CredentialStore credentials) {
    // A sandbox has one reply at a time, and waiting callers must not take its memory.
    return RuntimeRoutes.of(
        sandbox, worker.payloads().withoutBudget(), peers, metadata, credentials);
  }

  /** Begins to answer calls, with {@link #routes} or with another API in front of them. */
  public void serve(HttpHandler handler) {
    listener.serve(handler, RuntimeApiErrors::answer);
  }

  @Override
  public void closeAll(Runnable closed) {
    listener.closeConnections(closed);
  }

  @Override
  public void close() {
    listener.close();
  }
}
