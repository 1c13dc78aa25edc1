package dev.rapid.queue.delivery;

import dev.rapid.core.queue.AttemptResult;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends deliveries over HTTP. The client is made for the first one. */
final class HttpDelivery implements AutoCloseable {

  /** How long a target may take for its whole answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final String SHUTTING_DOWN = "Rapid is shutting down";
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;

  /** What answers mean. */
  @FunctionalInterface
  interface Meaning {

    /** That of their status. */
    Meaning OF_STATUS = (status, body) -> null;

    /** Returns the result of an answer, null for that of its status. */
    @Nullable AttemptResult of(int status, byte[] body);
  }

  private @Nullable HttpClient client;
  private boolean closed;

  /**
   * Sends a request and waits for its answer. Blocks.
   *
   * @param meaning what an answer of the target means if its status does not say it; null for what
   *     the status says
   */
  AttemptResult send(HttpRequest request, Meaning meaning) {
    CompletableFuture<HttpResponse<byte[]>> answer;
    try {
      answer = client().sendAsync(request, info -> new LimitedBody());
    } catch (IllegalStateException | IOException e) {
      return new AttemptResult.NotRun(isClosed() ? SHUTTING_DOWN : reason(e));
    }
    try {
      HttpResponse<byte[]> response = answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      int status = response.statusCode();
      AttemptResult special = meaning.of(status, response.body());
      return special != null ? special : usual(status, response.body());
    } catch (TimeoutException e) {
      return new AttemptResult.NotRun("no answer in " + TIMEOUT.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new AttemptResult.NotRun(isClosed() ? SHUTTING_DOWN : reason(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new AttemptResult.NotRun(SHUTTING_DOWN);
    } finally {
      answer.cancel(true);
    }
  }

  private static AttemptResult usual(int status, byte[] body) {
    if (status / 100 == 2) {
      return new AttemptResult.Succeeded();
    }
    String reason = "status " + status + ErrorText.of(body);
    return switch (status) {
      case REQUEST_TIMEOUT, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE ->
          new AttemptResult.NotRun(reason);
      default ->
          status >= 500
              ? new AttemptResult.Failed(reason)
              : status < 400
                  ? new AttemptResult.Hopeless(reason + ": redirects are not followed")
                  : new AttemptResult.Hopeless(reason);
    };
  }

  private static String reason(@Nullable Throwable failure) {
    if (failure == null) {
      return "no connection";
    }
    String message = failure.getMessage();
    String kind = failure.getClass().getSimpleName();
    return "no connection: " + (message == null ? kind : message.lines().findFirst().orElse(kind));
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized HttpClient client() throws IOException {
    if (closed) {
      throw new IOException(SHUTTING_DOWN);
    }
    HttpClient existing = client;
    if (existing == null) {
      existing =
          HttpClient.newBuilder()
              .version(Version.HTTP_1_1)
              .followRedirects(Redirect.NEVER)
              .connectTimeout(CONNECT_TIMEOUT)
              .build();
      client = existing;
    }
    return existing;
  }

  /** Ends the requests that are under way. */
  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.shutdownNow();
    }
  }
}
