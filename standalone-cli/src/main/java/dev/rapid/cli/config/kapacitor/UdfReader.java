package dev.rapid.cli.config.kapacitor;

import dev.rapid.cli.config.value.DurationText;
import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.ValueType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure {@code udf} of a function (contract kapacitor-udf, section 11.1).
 *
 * <p>All methods throw {@link dev.rapid.cli.config.value.UsageException} if something is wrong,
 * unless they say otherwise; the message begins with the place.
 */
public final class UdfReader {

  private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
  private static final int OCTAL = 8;
  private static final int MAX_RETRIES = 100;

  private UdfReader() {}

  private enum OnFunctionError {
    ERROR,
    DROP
  }

  private enum SnapshotMode {
    NONE,
    SANDBOX
  }

  private enum KeepaliveOrder {
    IMMEDIATE,
    ORDERED
  }

  /**
   * Returns what the structure says.
   *
   * @param directory what the names of files are relative to
   */
  public static UdfExposure read(Value structure, Path directory) {
    Fields fields = Fields.of("'udf'", structure);
    UdfExposure usual = UdfExposure.DEFAULT;
    UdfExposure exposure =
        new UdfExposure(
            fields.checked("socket", text -> UdfChecks.socket(text, directory)),
            or(fields.checked("socketMode", UdfReader::mode), usual.socketMode()),
            or(fields.choice("wants", EdgeType.values()), usual.wants()),
            or(fields.choice("provides", EdgeType.values()), usual.provides()),
            fields.each("options", UdfReader::types),
            or(fields.checked("streamMaxPoints", UdfReader::points), usual.streamMaxPoints()),
            or(fields.checked("streamMaxWait", DurationText::parse), usual.streamMaxWait()),
            fields.choice("onFunctionError", OnFunctionError.values()) == OnFunctionError.DROP,
            or(fields.checked("retries", UdfReader::retries), usual.retries()),
            fields.choice("snapshotMode", SnapshotMode.values()) == SnapshotMode.SANDBOX,
            fields.choice("keepaliveOrder", KeepaliveOrder.values()) == KeepaliveOrder.ORDERED,
            or(fields.checked("maxQueuedPoints", UdfReader::points), usual.maxQueuedPoints()),
            or(fields.checked("maxFrameBytes", UdfChecks::frameBytes), usual.maxFrameBytes()),
            or(fields.choice("udfSchema", UdfSchema.values()), usual.schema()));
    fields.end();
    return exposure;
  }

  private static <T> T or(@Nullable T chosen, T usual) {
    return Objects.requireNonNullElse(chosen, usual);
  }

  private static int points(String text) {
    return Checks.count(text, 1, 10_000_000);
  }

  private static int retries(String text) {
    return Checks.count(text, 0, MAX_RETRIES);
  }

  private static int mode(String text) {
    if (!MODE.matcher(text).matches()) {
      throw new IllegalArgumentException("is not a mode of a file, for example 0660");
    }
    return Integer.parseInt(text, OCTAL);
  }

  /** One type may stand for a list of one, and nothing for none. */
  private static List<ValueType> types(String option, Value value) {
    return switch (value) {
      case Value.Items items ->
          items.values().stream()
              .map(item -> Fields.checked(option, item, UdfReader::type))
              .toList();
      case Value.Text text when text.kind() == Value.Kind.NOTHING -> List.of();
      case Value one -> List.of(Fields.checked(option, one, UdfReader::type));
    };
  }

  /**
   * Returns the types of a text: one, several with commas between them, or none.
   *
   * @throws IllegalArgumentException if one is wrong; the message has no subject
   */
  public static List<ValueType> types(String text) {
    return text.isBlank()
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).map(UdfReader::type).toList();
  }

  private static ValueType type(String text) {
    return Fields.constant(ValueType.values(), text);
  }

  /**
   * Returns {@code text} if it is the name of an edge.
   *
   * @throws IllegalArgumentException if not; the message has no subject
   */
  public static String checkedEdge(String text) {
    EdgeType unused = edge(text);
    return text;
  }

  /**
   * Returns an edge.
   *
   * @throws IllegalArgumentException if there is none with this name; the message has no subject
   */
  public static EdgeType edge(String text) {
    return Fields.constant(EdgeType.values(), text);
  }
}
