package dev.rapid.conformance;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A function's runtime that does what its events say: a JSON string with a verb and a number or
 * name. Other events are echoed.
 */
public final class ScriptedRuntime {

  private static final AtomicInteger HANDLED = new AtomicInteger();

  private ScriptedRuntime() {}

  /** Returns what starts one. */
  public static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx128m",
        "-cp",
        Path.of(System.getProperty("conformance.classes")).toAbsolutePath().toString(),
        ScriptedRuntime.class.getName());
  }

  /** Runs until it is killed, with as many workers as clients of AWS would have. */
  public static void main(String[] args) throws Exception {
    String workers = System.getenv().getOrDefault("AWS_LAMBDA_MAX_CONCURRENCY", "1");
    for (int i = 1; i < Integer.parseInt(workers); i++) {
      Thread.ofPlatform().start(ScriptedRuntime::workUntilItFails);
    }
    work();
  }

  private static void workUntilItFails() {
    try {
      work();
    } catch (IOException | InterruptedException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void work() throws IOException, InterruptedException {
    String api = "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";
    while (true) {
      HttpURLConnection next = open(api + "invocation/next");
      byte[] event;
      try (InputStream body = next.getInputStream()) {
        event = body.readAllBytes();
      }
      HANDLED.incrementAndGet();
      String invocation =
          api + "invocation/" + next.getHeaderField("Lambda-Runtime-Aws-Request-Id") + "/";
      handle(invocation, event, next);
    }
  }

  private static void handle(String invocation, byte[] event, HttpURLConnection next)
      throws IOException, InterruptedException {
    String text = event.length > 100 ? "" : new String(event, StandardCharsets.UTF_8);
    String[] words = text.replace("\"", "").split(" ", 2);
    switch (words[0]) {
      case "exit" -> Runtime.getRuntime().halt(Integer.parseInt(words[1]));
      case "error" ->
          post(invocation + "error", bytes("{\"errorType\":\"Sample\",\"errorMessage\":\"no\"}"));
      case "sleep" -> {
        Thread.sleep(Long.parseLong(words[1]) * 1000);
        post(invocation + "response", event);
      }
      case "nap" -> {
        Thread.sleep(Long.parseLong(words[1]));
        post(invocation + "response", event);
      }
      case "respond" ->
          post(invocation + "response", bytes(jsonString(Integer.parseInt(words[1]))));
      case "break-off" -> breakOff(invocation + "response", Integer.parseInt(words[1]));
      case "handled" -> post(invocation + "response", bytes("" + HANDLED.get()));
      case "pid" -> post(invocation + "response", bytes("" + ProcessHandle.current().pid()));
      case "print" -> {
        System.out.println(words[1]);
        post(invocation + "response", event);
      }
      case "write" -> {
        System.out.print(words[1]);
        System.out.flush();
        post(invocation + "response", event);
      }
      case "lines" -> {
        printLines(words[1]);
        post(invocation + "response", event);
      }
      case "header" -> post(invocation + "response", bytes(quoted(next.getHeaderField(words[1]))));
      case "variable" -> post(invocation + "response", bytes(quoted(System.getenv(words[1]))));
      case "meet" -> {
        String[] names = words[1].split(" ", 2);
        Files.createFile(Path.of(names[0]));
        while (!Files.exists(Path.of(names[1]))) {
          Thread.sleep(10);
        }
        String tenant = next.getHeaderField("Lambda-Runtime-Aws-Tenant-Id");
        post(invocation + "response", bytes(quoted(ProcessHandle.current().pid() + " " + tenant)));
      }
      case "start" -> {
        new ProcessBuilder("sh", "-c", words[1]).inheritIO().start();
        post(invocation + "response", event);
      }
      default -> post(invocation + "response", event);
    }
  }

  /** Sends the half of a response and exits. */
  private static void breakOff(String url, int status) throws IOException {
    HttpURLConnection call = open(url);
    call.setRequestMethod("POST");
    call.setDoOutput(true);
    call.setFixedLengthStreamingMode(1000);
    OutputStream out = call.getOutputStream();
    out.write(new byte[500]);
    out.flush();
    Runtime.getRuntime().halt(status);
  }

  /** Prints numbered lines; {@code counts} says how many, and how long each is. */
  private static void printLines(String counts) {
    String[] numbers = counts.split(" ", 2);
    int count = Integer.parseInt(numbers[0]);
    int length = Integer.parseInt(numbers[1]);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    StringBuilder block = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      String begin = "line " + i + " ";
      block.append(begin).append("x".repeat(Math.max(0, length - begin.length()))).append('\n');
      if (block.length() > 64 * 1024 || i == count) {
        out.print(block);
        block.setLength(0);
      }
    }
    out.flush();
  }

  /** Returns JSON text of exactly {@code size} bytes. */
  public static String jsonString(int size) {
    return "\"" + "x".repeat(size - 2) + "\"";
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void post(String url, byte[] body) throws IOException {
    HttpURLConnection call = open(url);
    call.setRequestMethod("POST");
    call.setDoOutput(true);
    call.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = call.getOutputStream()) {
      out.write(body);
    } catch (IOException refusedEarly) {
      return;
    }
    try (InputStream answer =
        call.getResponseCode() < 400 ? call.getInputStream() : call.getErrorStream()) {
      answer.readAllBytes();
    } catch (IOException refusedEarly) {
      // The event after this is asked for on another connection.
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    return (HttpURLConnection) URI.create(url).toURL().openConnection();
  }
}
