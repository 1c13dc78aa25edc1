package dev.rapid.cli.config.kapacitor;

import dev.rapid.cli.config.value.DurationText;
import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.JsonText;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.KapacitorSettings.LateData;
import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.UdfOption.Argument;
import dev.rapid.kapacitor.UdfSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure {@code kapacitor} (contract kapacitor-udf, section 8.2).
 *
 * <p>All methods throw {@link dev.rapid.cli.config.value.UsageException} if something is wrong; the
 * message begins with the place.
 */
public final class KapacitorReader {

  private static final String OFF = "off";
  private static final int MAX_BARRIER_ROUNDS = 1000;

  private KapacitorReader() {}

  private enum EdgeTypeCheck {
    STRICT,
    WARN
  }

  /**
   * Returns what the structure says.
   *
   * @param directory what the names of files are relative to
   */
  public static KapacitorSettings read(Value structure, Path directory) {
    Fields fields = Fields.of("'kapacitor'", structure);
    KapacitorSettings usual = KapacitorSettings.DEFAULT;
    KapacitorSettings settings =
        new KapacitorSettings(
            fields.checked("socket", text -> UdfChecks.socket(text, directory)),
            options(fields.find("options")),
            fields.text("taskID"),
            or(fields.text("nodeID"), usual.nodeId()),
            or(fields.checked("timeout", UdfChecks::timeout), usual.timeout()),
            or(fields.checked("initTimeout", DurationText::parse), usual.initTimeout()),
            or(fields.choice("completion", Completion.values()), usual.completion()),
            fields.checked("barrierRounds", text -> Checks.count(text, 1, MAX_BARRIER_ROUNDS)),
            or(fields.checked("settle", DurationText::parse), usual.settle()),
            or(fields.choice("lateData", LateData.values()), usual.lateData()),
            fields.choice("edgeTypeCheck", EdgeTypeCheck.values()) != EdgeTypeCheck.WARN,
            interval(fields),
            Boolean.TRUE.equals(fields.truth("restoreAfterFailure")),
            Boolean.TRUE.equals(fields.truth("separateInfoProbe")),
            or(fields.checked("maxFrameBytes", UdfChecks::frameBytes), usual.maxFrameBytes()),
            or(fields.checked("stopGrace", DurationText::parse), usual.stopGrace()),
            or(fields.checked("termGrace", DurationText::parse), usual.termGrace()),
            or(fields.choice("udfSchema", UdfSchema.values()), usual.schema()));
    fields.end();
    return settings;
  }

  private static <T> T or(@Nullable T chosen, T usual) {
    return Objects.requireNonNullElse(chosen, usual);
  }

  private static @Nullable Duration interval(Fields fields) {
    String text = fields.text("snapshotInterval");
    return text == null || text.equals(OFF)
        ? null
        : fields.checked("snapshotInterval", UdfChecks::longerThanZero);
  }

  // ------------------------------------------------------------------ options

  /** A mapping has each option once; in a list of mappings a name may repeat. */
  private static List<UdfOption> options(@Nullable Value value) {
    List<UdfOption> options = new ArrayList<>();
    switch (value) {
      case null -> {}
      case Value.Items items -> items.values().forEach(item -> addAll(options, item));
      case Value mapping -> addAll(options, mapping);
    }
    return options;
  }

  private static void addAll(List<UdfOption> options, Value mapping) {
    options.addAll(
        Fields.of("'options'", mapping)
            .all((name, value) -> new UdfOption(name, arguments(value)))
            .values());
  }

  /** Nothing is an option without arguments. */
  private static List<Argument> arguments(Value value) {
    return switch (value) {
      case Value.Items items -> items.values().stream().map(KapacitorReader::argument).toList();
      case Value.Text text when text.kind() == Value.Kind.NOTHING -> List.of();
      case Value one -> List.of(argument(one));
    };
  }

  private static Argument argument(Value value) {
    if (value instanceof Value.Text text) {
      switch (text.kind()) {
        case TEXT -> {
          return new Argument.Text(text.text());
        }
        case TRUTH -> {
          return new Argument.Flag(text.text().equals("true"));
        }
        case NUMBER -> {
          return number(text);
        }
        case NOTHING -> {}
      }
    }
    throw Fields.fault(value.place(), "an option takes texts, numbers, true and false");
  }

  private static Argument number(Value.Text text) {
    String json = JsonText.of(text);
    boolean isInteger = json.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-');
    return new Argument.Number(new BigDecimal(json), isInteger && text.text().indexOf('.') < 0);
  }
}
