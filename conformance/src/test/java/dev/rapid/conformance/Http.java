package dev.rapid.conformance;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Plain calls. */
public final class Http {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Http() {}

  public static Answer get(URI url) {
    return send(HttpRequest.newBuilder(url)).join();
  }

  public static CompletableFuture<Answer> post(URI url, String body) {
    return send(HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body)));
  }

  private static CompletableFuture<Answer> send(HttpRequest.Builder request) {
    long began = System.nanoTime();
    return CLIENT
        .sendAsync(request.timeout(Rapid.PATIENCE).build(), BodyHandlers.ofByteArray())
        .thenApply(response -> Answer.of(response, Duration.ofNanos(System.nanoTime() - began)));
  }
}
