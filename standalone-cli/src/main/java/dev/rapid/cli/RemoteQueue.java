package dev.rapid.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The queue of a running Rapid, through its pages below {@code /_rapid/async}.
 *
 * <p>It uses {@link HttpURLConnection}, which starts much faster than the newer client.
 */
final class RemoteQueue {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final String root;

  /** Creates access to the queue of the Rapid at an address. */
  RemoteQueue(URI base) {
    String text = base.toString();
    this.root =
        (text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + "/_rapid/async";
  }

  /**
   * Sends a request.
   *
   * @param path behind that of the queue
   * @param parameters of the query
   * @return the answer
   * @throws UsageException if the Rapid refuses the request
   * @throws UnavailableException if there is no answer, or the queue cannot be reached
   */
  JsonNode send(String method, String path, Map<String, String> parameters)
      throws UnavailableException {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    parameters.forEach(
        (name, value) -> query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    String url = root + path + query;
    int status;
    JsonNode answer;
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setRequestMethod(method);
      status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        answer = JsonReader.parse(in == null ? new byte[0] : in.readAllBytes());
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new UnavailableException(
          "Cannot reach the queue at " + url + ": " + reason + "; is a Rapid running there?");
    }
    if (status < 300) {
      return answer;
    }
    String message = answer.path("message").asText();
    if (status >= 500) {
      throw new UnavailableException(root + " answered " + status + ": " + message);
    }
    throw new UsageException(message);
  }
}
