package dev.rapid.cli.config;

import dev.rapid.cli.config.value.DurationText;
import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes settings of the structures {@code fnRunner} and {@code fn} (contract fn-runner, section
 * 4.1).
 *
 * <p>All methods throw {@link UsageException} if something is wrong; the message begins with the
 * place.
 */
final class FnReader {

  private static final String OFF = "off";
  private static final int MIN_HEAD_BYTES = 1024;
  private static final int MAX_HEAD_BYTES = 10 * 1024 * 1024;

  private FnReader() {}

  /**
   * What {@code fnRunner} says.
   *
   * @param runner how calls are taken
   * @param ofWorkers how the workers of FDKs live, whoever invokes them
   * @param totalMegabytes the most memory that workers may be counted with, null if it does not say
   */
  record Section(FnSettings runner, OfWorkers ofWorkers, @Nullable Integer totalMegabytes) {}

  /**
   * How the workers of FDKs live.
   *
   * @param initTimeout how long they may take to open their socket, zero for no limit
   * @param pauseAfterIdle when the processes of an idle one are stopped, null for never
   * @param headBytes how long the head of an answer may be
   */
  record OfWorkers(Duration initTimeout, @Nullable Duration pauseAfterIdle, int headBytes) {

    /** How they live unless the file says otherwise. */
    static final OfWorkers DEFAULT =
        new OfWorkers(
            FunctionSettings.FDK_INIT_TIMEOUT, null, FunctionSettings.DEFAULT_RESPONSE_HEAD_BYTES);
  }

  /**
   * Returns what a structure {@code fnRunner} says.
   *
   * @param directory what the names of files are relative to
   */
  static Section section(Value structure, Path directory) {
    Fields fields = Fields.of("'fnRunner'", structure);
    HostPort listen = fields.checked("listen", Conversions::address);
    Duration waitForCapacity = fields.checked("waitForCapacity", DurationText::parse);
    Duration initTimeout = fields.checked("initTimeout", DurationText::parse);
    String pause = fields.text("pauseAfterIdle");
    Duration pauseAfterIdle =
        pause == null || pause.equals(OFF)
            ? null
            : fields.checked("pauseAfterIdle", FnReader::durationOrOff);
    Boolean detached = fields.truth("detached");
    String statusFunction = fields.text("statusFunction");
    Integer totalMegabytes = fields.checked("totalMemory", Checks::megabytes);
    FnSettings.Tls tls = tls(fields.find("tls"), directory);
    Limits limits = limits(fields.find("limits"));
    fields.end();
    return new Section(
        new FnSettings(
            Objects.requireNonNullElse(listen, FnSettings.DEFAULT_LISTEN),
            tls,
            Objects.requireNonNullElse(waitForCapacity, Duration.ZERO),
            !Boolean.FALSE.equals(detached),
            statusFunction,
            limits.requestBytes(),
            limits.responseBytes()),
        new OfWorkers(
            Objects.requireNonNullElse(initTimeout, OfWorkers.DEFAULT.initTimeout()),
            pauseAfterIdle,
            limits.headBytes()),
        totalMegabytes);
  }

  private record Limits(long requestBytes, long responseBytes, int headBytes) {}

  private static Limits limits(@Nullable Value value) {
    int headBytes = OfWorkers.DEFAULT.headBytes();
    if (value == null) {
      return new Limits(FnSettings.DEFAULT_BODY_BYTES, FnSettings.DEFAULT_BODY_BYTES, headBytes);
    }
    Fields fields = Fields.of("'limits'", value);
    Long request = fields.checked("requestBytes", FnReader::bodyBytes);
    Long response = fields.checked("responseBytes", FnReader::bodyBytes);
    Integer head =
        fields.checked("headBytes", text -> Checks.count(text, MIN_HEAD_BYTES, MAX_HEAD_BYTES));
    fields.end();
    return new Limits(
        Objects.requireNonNullElse(request, FnSettings.DEFAULT_BODY_BYTES),
        Objects.requireNonNullElse(response, FnSettings.DEFAULT_BODY_BYTES),
        Objects.requireNonNullElse(head, headBytes));
  }

  private static FnSettings.@Nullable Tls tls(@Nullable Value value, Path directory) {
    if (value == null) {
      return null;
    }
    Fields fields = Fields.of("'tls'", value);
    Path certificate = file(fields, "certificate", directory);
    Path key = file(fields, "key", directory);
    Path clientAuthorities = file(fields, "clientAuthorities", directory);
    fields.end();
    if (certificate == null || key == null) {
      throw Fields.fault(fields.place(), "'tls' needs the files 'certificate' and 'key'");
    }
    return new FnSettings.Tls(certificate, key, clientAuthorities);
  }

  private static @Nullable Path file(Fields fields, String member, Path directory) {
    return fields.checked(
        member,
        text -> {
          Path path = directory.resolve(text).normalize();
          if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new IllegalArgumentException("is not a file that can be read");
          }
          return path;
        });
  }

  /** Returns a length of bodies; 0 is no limit, as in Fn. */
  private static long bodyBytes(String text) {
    if (!HostPort.isNumber(text) || text.length() > 18) {
      throw new IllegalArgumentException("is not a number of bytes");
    }
    long bytes = Long.parseLong(text);
    return bytes == 0 ? Long.MAX_VALUE : bytes;
  }

  private static Duration durationOrOff(String text) {
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("is neither a duration like 5s or 50ms nor " + OFF, e);
    }
  }

  // ------------------------------------------------------------------ functions

  /** Returns what a structure {@code fn} of a function says. */
  static FnBinding binding(Value structure) {
    Fields fields = Fields.of("'fn'", structure);
    FnBinding binding =
        new FnBinding(
            fields.texts("fnIds"),
            fields.texts("images"),
            fields.text("app"),
            Boolean.TRUE.equals(fields.truth("catchAll")));
    fields.end();
    return binding;
  }

  /**
   * Refuses what two functions cannot both have: the id of a function, an image, and all other
   * calls.
   *
   * @param structures {@code fn} of the functions, by their names
   */
  static void refuseShared(Map<String, Value> structures) {
    Map<String, String> owners = new HashMap<>();
    structures.forEach((function, structure) -> {
      FnBinding binding = binding(structure);
      Fields fields = Fields.of("'fn'", structure);
      own(owners, function, fields, "fnIds", binding.fnIds());
      own(owners, function, fields, "images", binding.images());
      if (binding.catchAll()) {
        own(owners, function, fields, "catchAll", List.of("true"));
      }
    });
  }

  private static void own(
      Map<String, String> owners,
      String function,
      Fields fields,
      String member,
      List<String> values) {
    for (String value : values) {
      String other = owners.putIfAbsent(member + " " + value, function);
      if (other != null) {
        throw fields.wrong(
            member,
            "'"
                + member
                + "': '"
                + value
                + "' is also of function '"
                + other
                + "', and a call is for one function");
      }
    }
  }
}
