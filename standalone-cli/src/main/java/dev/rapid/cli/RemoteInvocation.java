package dev.rapid.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.lambda.LambdaHeaders;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An invocation of a running Rapid, through its Invoke API.
 *
 * <p>It uses {@link HttpURLConnection}, which starts much faster than the newer client.
 */
final class RemoteInvocation {

  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
  private static final int TOO_MANY_REQUESTS = 429;

  private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

  private final URI url;
  private final Shell shell;

  /**
   * Creates an invocation.
   *
   * @param base the address of the Rapid, or a whole URL that ends in {@code invocations}
   * @param stream whether to print the response while it arrives
   */
  RemoteInvocation(URI base, String functionName, boolean stream, Shell shell) {
    String text = base.toString();
    if (!text.endsWith("invocations")) {
      String root = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      text =
          root
              + (stream ? "/2021-11-15/functions/" : "/2015-03-31/functions/")
              + functionName
              + (stream ? "/response-streaming-invocations" : "/invocations");
    }
    this.url = URI.create(text);
    this.shell = shell;
  }

  /**
   * Sends {@code payload} and prints the response.
   *
   * @throws UnavailableException if there is no answer, or the server failed
   */
  ExitCode run(byte[] payload) throws UnavailableException {
    int status;
    byte[] body;
    boolean functionError;
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      // Without a fixed length it would buffer, and send a request again when a connection fails.
      connection.setFixedLengthStreamingMode(payload.length);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(payload);
      }
      status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK && EVENT_STREAM.equals(connection.getContentType())) {
        return printStream(connection.getInputStream());
      }
      functionError = connection.getHeaderField(LambdaHeaders.FUNCTION_ERROR) != null;
      body = body(status < 400 ? connection.getInputStream() : connection.getErrorStream());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new UnavailableException(
          "Cannot invoke " + url + ": " + reason + "; is a Rapid running there?");
    }
    return answered(status, functionError, body);
  }

  private ExitCode printStream(InputStream in) throws UnavailableException {
    try {
      return print(in);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "the connection ended" : e.getMessage();
      throw new UnavailableException("The response of " + url + " is not complete: " + reason);
    }
  }

  private ExitCode print(InputStream in) throws IOException {
    try (DataInputStream messages = new DataInputStream(new BufferedInputStream(in))) {
      while (true) {
        EventStreamMessage message = EventStreamMessage.read(messages);
        if (message == null) {
          throw new IOException("the stream broke off");
        }
        String error = message.header(":error-message");
        if (error != null) {
          throw new IOException(error);
        }
        if ("InvokeComplete".equals(message.header(":event-type"))) {
          return completed(new ObjectMapper().readTree(message.payload()));
        }
        if (!print(message.payload())) {
          return ExitCode.INTERNAL;
        }
      }
    }
  }

  private boolean print(byte[] bytes) {
    try {
      shell.out().write(bytes);
      shell.out().flush();
      return true;
    } catch (IOException e) {
      Log.error("Cannot write the response to stdout: " + e.getMessage());
      return false;
    }
  }

  private static ExitCode completed(JsonNode end) {
    String code = end.path("ErrorCode").textValue();
    if (code == null) {
      return ExitCode.SUCCESS;
    }
    String details = end.path("ErrorDetails").textValue();
    Log.error("the function failed: " + code + (details == null ? "" : ": " + details));
    return switch (code) {
      case "Sandbox.Timedout" -> ExitCode.TIMEOUT;
      case "Runtime.InvalidEntrypoint", "Runtime.InvalidWorkingDir" -> ExitCode.INIT_FAILURE;
      default -> ExitCode.FUNCTION_ERROR;
    };
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

  /** Only the error type distinguishes a failed init from other failures. */
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
