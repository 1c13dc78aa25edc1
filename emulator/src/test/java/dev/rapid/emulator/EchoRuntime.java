package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A runtime for tests, in a Java virtual machine of its own. It answers with its variable {@code
 * GREETING} and the payload. Some payloads, which are JSON strings, mean something else: {@code
 * create:FILE} creates a file, {@code await:FILE} answers when there is one, {@code variable:NAME}
 * is greeted with the variable, {@code arn} with the ARN as invoked, {@code fail} reports an error,
 * and {@code exit} ends the process.
 */
final class EchoRuntime {

  private static final String API =
      "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/";

  private EchoRuntime() {}

  /** Returns the command that starts the runtime. */
  static List<String> command() {
    String classes;
    try {
      classes =
          Path.of(EchoRuntime.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx32m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        classes,
        EchoRuntime.class.getName());
  }

  /** Serves invocations for ever. */
  public static void main(String[] args) throws Exception {
    while (true) {
      HttpURLConnection next = open(API + "next");
      String id = next.getHeaderField("Lambda-Runtime-Aws-Request-Id");
      String context = next.getHeaderField("Lambda-Runtime-Client-Context");
      String arn = next.getHeaderField("Lambda-Runtime-Invoked-Function-Arn");
      String payload = body(next);
      System.out.println("handles " + payload);
      if (payload.equals("\"exit\"")) {
        System.exit(7);
      }
      if (payload.equals("\"fail\"")) {
        post(id + "/error", "{\"errorType\":\"Broken\",\"errorMessage\":\"no\"}");
      } else {
        act(payload.replace("\"", ""));
        post(
            id + "/response",
            "{\"greeting\":\""
                + greeting(payload.replace("\"", ""), arn)
                + "\",\"payload\":"
                + payload
                + ",\"context\":"
                + context
                + "}");
      }
    }
  }

  private static String greeting(String wish, String arn) {
    String name = wish.startsWith("variable:") ? wish.substring("variable:".length()) : "GREETING";
    return wish.equals("arn") ? arn : System.getenv(name);
  }

  private static void act(String wish) throws IOException, InterruptedException {
    if (wish.startsWith("create:")) {
      Files.createFile(Path.of(wish.substring("create:".length())));
    } else if (wish.startsWith("await:")) {
      while (Files.notExists(Path.of(wish.substring("await:".length())))) {
        Thread.sleep(5);
      }
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    return (HttpURLConnection) URI.create(url).toURL().openConnection();
  }

  private static String body(HttpURLConnection connection) throws IOException {
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static void post(String path, String body) throws IOException {
    HttpURLConnection connection = open(API + path);
    connection.setDoOutput(true);
    connection.setRequestProperty("Lambda-Runtime-Function-Error-Type", "Function.Broken");
    connection.getOutputStream().write(body.getBytes(UTF_8));
    String unused = body(connection);
  }
}
