package dev.rapid.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An invocation of a Rapid that runs already, through its Invoke API.
 *
 * <p>It uses {@link HttpURLConnection}, which starts in a fraction of the time of the newer client.
 */
final class RemoteInvocation {

  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
  private static final int TOO_MANY_REQUESTS = 429;

  private final URI url;
  private final Shell shell;

  /**
   * Creates an invocation.
   *
   * @param base where Rapid is; a URL that ends in {@code /invocations} is taken as it is
   */
  RemoteInvocation(URI base, String functionName, Shell shell) {
    String text = base.toString();
    if (!text.endsWith("/invocations")) {
      String root = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      text = root + "/2015-03-31/functions/" + functionName + "/invocations";
    }
    this.url = URI.create(text);
    this.shell = shell;
  }

  /**
   * Sends {@code event} and prints the response.
   *
   * @throws UnavailableException if nobody answers, or the answer says that the server failed
   */
  ExitCode run(byte[] event) throws UnavailableException {
    int status;
    byte[] body;
    boolean functionError;
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      // Without a fixed length it would buffer, and send a request again when a connection fails.
      connection.setFixedLengthStreamingMode(event.length);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(event);
      }
      status = connection.getResponseCode();
      functionError = connection.getHeaderField("X-Amz-Function-Error") != null;
      body = body(status < 400 ? connection.getInputStream() : connection.getErrorStream());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new UnavailableException(
          "Cannot invoke " + url + ": " + reason + "; is a Rapid running there?");
    }
    return answered(status, functionError, body);
  }

  private static byte[] body(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return new byte[0];
    }
    try (in) {
      return in.readAllBytes();
    }
  }

  private ExitCode answered(int status, boolean functionError, byte[] body)
      throws UnavailableException {
    if (status >= 200 && status < 300) {
      if (!InvokeCommand.printBody(shell, body)) {
        return ExitCode.INTERNAL;
      }
      return functionError ? functionError(body) : ExitCode.SUCCESS;
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    String answer = url + " answered " + status + (text.isEmpty() ? "" : ": " + text);
    if (status == TOO_MANY_REQUESTS) {
      Log.error(answer);
      return ExitCode.THROTTLED;
    }
    if (status >= 500) {
      throw new UnavailableException(answer);
    }
    Log.error(answer);
    return ExitCode.USAGE;
  }

  /** The wire tells failed inits apart only where the error type does. */
  private static ExitCode functionError(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    Log.error("the function failed");
    if (text.startsWith("{\"errorType\":\"Sandbox.Timedout\"")) {
      return ExitCode.TIMEOUT;
    }
    boolean init =
        text.startsWith("{\"errorType\":\"Runtime.InvalidEntrypoint\"")
            || text.startsWith("{\"errorType\":\"Runtime.InvalidWorkingDir\"");
    return init ? ExitCode.INIT_FAILURE : ExitCode.FUNCTION_ERROR;
  }
}
