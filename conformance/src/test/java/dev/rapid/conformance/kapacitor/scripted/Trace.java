package dev.rapid.conformance.kapacitor.scripted;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** What the processes of a script have done, in a file that they append to. */
public final class Trace {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  public Trace(Path file) {
    this.file = file;
  }

  public Path file() {
    return file;
  }

  /** Returns all lines so far. */
  public List<JsonNode> lines() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Trace::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  /** Returns the lines about something. */
  public List<JsonNode> of(String what) {
    return lines().stream().filter(line -> line.get("what").asText().equals(what)).toList();
  }

  /** Returns what a process has done, in its order. */
  public List<String> of(long pid) {
    return lines().stream()
        .filter(line -> line.get("pid").asLong() == pid)
        .map(line -> line.get("what").asText())
        .toList();
  }

  /** Returns the processes in the order of their starts. */
  public List<Long> processes() {
    return of("started").stream().map(line -> line.get("pid").asLong()).toList();
  }

  public long latestProcess() {
    return processes().getLast();
  }

  /** Waits until something has been done so often. */
  public void await(String what, int times) {
    eventually(() -> assertThat(of(what)).as(what).hasSizeGreaterThanOrEqualTo(times));
  }

  /** Waits until a process has ended. */
  public static void awaitEnd(long pid) {
    eventually(() -> assertThat(isAlive(pid)).as("process %s lives", pid).isFalse());
  }

  public static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(assertion);
  }
}
