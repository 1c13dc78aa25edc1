package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The telemetry extension of the examples, and the file that it writes records to. */
final class Collector {

  private static final List<Mask> MASKS =
      List.of(
          new Mask("\"time\":\"[^\"]*\"", "\"time\":TIME"),
          new Mask("\"start\":\"[^\"]*\"", "\"start\":TIME"),
          new Mask("(Ms)\":[0-9.]+", "$1\":MS"),
          new Mask("\"maxMemoryUsedMB\":[0-9]+", "\"maxMemoryUsedMB\":MB"),
          new Mask("\"instanceId\":\"[^\"]*\"", "\"instanceId\":ID"),
          new Mask("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
          new Mask("Root=[^\"]*", "TRACE"));

  private static final Predicate<String> INIT_STARTED = isOf("platform.initStart");
  private static final Predicate<String> SUBSCRIBED =
      isOf("platform.telemetrySubscription").or(isOf("platform.logsSubscription"));

  private final Path directory;
  private final Path file;

  /** What differs from run to run. */
  private record Mask(Pattern pattern, String replacement) {
    Mask(String pattern, String replacement) {
      this(Pattern.compile(pattern), replacement);
    }
  }

  private Collector(Path directory, Path file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * Installs the extension.
   *
   * @param variables as the program documents them, each as {@code NAME=value}
   */
  static Collector in(Path parent, String... variables) {
    Path file = parent.resolve("telemetry.ndjson");
    StringBuilder script = new StringBuilder("#!/bin/sh\n");
    for (String variable : variables) {
      script.append("export '").append(variable).append("'\n");
    }
    script.append("export 'TELEMETRY_FILE=").append(file).append("'\n");
    Path program = Command.ROOT.resolve("examples/telemetry/bin/collect.py");
    script.append("exec python3 '").append(program).append("'\n");
    Extensions.in(parent).program("collect.py", script.toString());
    return new Collector(parent.resolve("extensions"), file);
  }

  /** Returns the option for Rapid. */
  String option() {
    return "--extensions-dir=" + directory;
  }

  /** Returns whether the extension has begun to listen; it subscribes next. */
  boolean hasStarted() {
    return Files.exists(file);
  }

  /** Returns all records so far, one JSON text each. */
  List<String> records() {
    try {
      return Files.exists(file)
          ? Files.readAllLines(file, StandardCharsets.UTF_8)
          : new ArrayList<>();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a record of a type, and returns all records up to the last one that there is. */
  List<String> await(String type, int count) {
    return await(records -> records.stream().filter(isOf(type)).count() >= count);
  }

  private List<String> await(Predicate<List<String>> wanted) {
    Awaitility.await()
        .atMost(Rapid.PATIENCE)
        .untilAsserted(() -> {
          List<String> records = records();
          assertThat(wanted.test(records)).as("%s", records).isTrue();
        });
    return records();
  }

  static Predicate<String> isOf(String type) {
    return record -> record.contains("\"type\":\"" + type + "\"");
  }

  /**
   * Returns records without what differs from run to run. An extension subscribes while the runtime
   * starts, and either may be first: the subscription is put behind the beginning of the init.
   */
  static List<String> masked(List<String> records) {
    List<String> masked = new ArrayList<>();
    int afterInitStart = 0;
    for (String record : records) {
      if (SUBSCRIBED.test(record)) {
        masked.add(afterInitStart, masked(record));
      } else {
        masked.add(masked(record));
      }
      if (INIT_STARTED.test(record)) {
        afterInitStart = masked.size();
      }
    }
    return masked;
  }

  private static String masked(String record) {
    String text = record;
    for (Mask mask : MASKS) {
      text = mask.pattern().matcher(text).replaceAll(mask.replacement());
    }
    return text;
  }
}
