package dev.rapid.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Entries of the queue as text for people. */
final class QueueText {

  private static final List<String> COLUMNS =
      List.of("ID", "FUNCTION", "STATE", "ATTEMPTS", "DUE", "REASON");

  private QueueText() {}

  /** Returns a table of entries, empty if there are none. */
  static String table(List<JsonNode> entries) {
    if (entries.isEmpty()) {
      return "";
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(COLUMNS);
    for (JsonNode entry : entries) {
      rows.add(
          List.of(
              text(entry, "id"),
              subject(entry),
              text(entry, "state"),
              text(entry, "attempts"),
              text(entry, "due"),
              reason(entry)));
    }
    int[] widths = new int[COLUMNS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.append('\n').toString();
  }

  private static String subject(JsonNode entry) {
    String destination = text(entry, "destination");
    return destination.isEmpty()
        ? text(entry, "function")
        : text(entry, "function") + " > " + destination;
  }

  private static String reason(JsonNode entry) {
    String condition = text(entry, "condition");
    String reason = text(entry, "reason");
    return condition.isEmpty() || reason.isEmpty() ? condition + reason : condition + ": " + reason;
  }

  /** Returns a line for each function and destination. */
  static String counts(JsonNode counts) {
    Map<String, List<String>> byLane = new LinkedHashMap<>();
    for (JsonNode count : counts) {
      String destination = text(count, "destination");
      byLane
          .computeIfAbsent(
              destination.isEmpty() ? text(count, "function") : "> " + destination,
              lane -> new ArrayList<>())
          .add(text(count, "entries") + " " + text(count, "state"));
    }
    StringBuilder lines = new StringBuilder();
    byLane.forEach((lane, states) ->
        lines.append(lane).append(": ").append(String.join(", ", states)).append('\n'));
    return lines.isEmpty() ? "The queue is empty.\n" : lines.toString();
  }

  /** Returns a line for each member of an entry that has a value. */
  static String entry(JsonNode entry) {
    StringBuilder lines = new StringBuilder();
    entry
        .properties()
        .forEach(member -> {
          JsonNode value = member.getValue();
          if (value.isObject()) {
            value
                .properties()
                .forEach(each -> line(lines, each.getKey(), each.getValue().asText()));
          } else if (!value.isNull()) {
            line(lines, member.getKey(), value.asText());
          }
        });
    return lines.append('\n').toString();
  }

  private static void line(StringBuilder lines, String label, String value) {
    lines.append(String.format(Locale.ROOT, "%-14s %s%n", label, printable(value)));
  }

  private static String text(JsonNode object, String member) {
    JsonNode value = object.path(member);
    return value.isNull() || value.isMissingNode() ? "" : printable(value.asText());
  }

  /** A function chooses some of these texts, and must not control the terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
