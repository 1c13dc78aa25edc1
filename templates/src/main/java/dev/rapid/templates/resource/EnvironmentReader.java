package dev.rapid.templates.resource;

import dev.rapid.templates.document.ListNode;
import dev.rapid.templates.document.MapNode;
import dev.rapid.templates.document.Node;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;
import dev.rapid.templates.stack.Resource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The environment variables of a function (contract templates-and-runtimes, sections 3.6, 5.1,
 * 6.1).
 */
final class EnvironmentReader {

  private static final int MOST_BYTES = 4096;
  private static final Pattern VALID_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]+");

  /** Variables that the platform sets and no function can. */
  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_REGION",
          "AWS_DEFAULT_REGION",
          "AWS_EXECUTION_ENV",
          "AWS_LAMBDA_FUNCTION_NAME",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_VERSION",
          "AWS_LAMBDA_INITIALIZATION_TYPE",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_LAMBDA_LOG_FORMAT",
          "AWS_LAMBDA_LOG_LEVEL",
          "AWS_ACCESS_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_KEY",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_LAMBDA_RUNTIME_API",
          "LAMBDA_TASK_ROOT",
          "LAMBDA_RUNTIME_DIR",
          "AWS_LAMBDA_MAX_CONCURRENCY");

  private EnvironmentReader() {}

  /**
   * Returns the variables of a function.
   *
   * @param overrides the user's values, which count more
   */
  static Section read(Resource resource, Map<String, String> overrides) {
    Properties function = resource.properties();
    Properties variables = function.map("Environment").map("Variables");
    Section section = new Section(function.position("Environment"));
    variables
        .node()
        .entries()
        .forEach((name, entry) -> {
          if (isUsable(name, variables)) {
            section.put(name, entry.key(), text(name, entry.value(), variables));
            warnOfNull(resource, name, variables);
          }
        });
    int bytes = bytes(section);
    if (bytes > MOST_BYTES) {
      function.warn("Environment", "has " + bytes + " bytes, and the cloud allows " + MOST_BYTES);
    }
    Position end = section.origin();
    overrides.forEach((name, value) -> section.put(name, end, value));
    return section;
  }

  private static boolean isUsable(String name, Properties variables) {
    if (RESERVED.contains(name)) {
      variables.warn(name, "is a variable that Lambda sets itself; it is ignored");
      return false;
    }
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      variables.warn(name, "is no name of a variable; it is ignored");
      return false;
    }
    if (!VALID_NAME.matcher(name).matches()) {
      variables.warn(
          name,
          "is a name that the cloud refuses: it takes a letter, then letters, digits and '_', at"
              + " least two in all");
    }
    return true;
  }

  /** Warns of a written null. That a value is not known is another warning. */
  private static void warnOfNull(Resource resource, String name, Properties variables) {
    if (resource.written("Environment") instanceof MapNode environment
        && environment.get("Variables") instanceof MapNode written
        && written.get(name) instanceof ScalarNode scalar
        && scalar.isNull()) {
      variables.warn(name, "has no value; an empty text is used");
    }
  }

  private static String text(String name, Node value, Properties variables) {
    return switch (value) {
      case ScalarNode scalar -> scalar.asText();
      case ListNode list -> {
        variables.warn(name, "is a list, which the cloud refuses; its items are joined by commas");
        yield list.items().stream()
            .map(item -> item instanceof ScalarNode scalar ? scalar.asText() : "")
            .collect(Collectors.joining(","));
      }
      case MapNode mapping -> {
        variables.warn(name, "is a mapping, not a text; an empty text is used");
        yield "";
      }
    };
  }

  private static int bytes(Section section) {
    return section.node().entries().entrySet().stream()
        .mapToInt(each ->
            each.getKey().getBytes(StandardCharsets.UTF_8).length
                + ((ScalarNode) each.getValue().value())
                    .text()
                    .getBytes(StandardCharsets.UTF_8)
                    .length)
        .sum();
  }
}
