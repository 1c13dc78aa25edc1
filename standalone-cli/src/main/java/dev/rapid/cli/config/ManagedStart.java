package dev.rapid.cli.config;

import dev.rapid.runtimes.FunctionCode;
import dev.rapid.runtimes.FunctionCode.Source;
import dev.rapid.runtimes.Launch;
import dev.rapid.runtimes.ManagedRuntimes;
import dev.rapid.runtimes.Notice;
import dev.rapid.runtimes.UnusableRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The start of a function whose command follows from its runtime and code. A start without such a
 * function loads nothing of the module {@code managed-runtimes}.
 */
final class ManagedStart {

  private ManagedStart() {}

  /**
   * Returns the start of a function.
   *
   * @param function its name
   * @param runtime the name of its runtime
   * @param code where its code is, also if it is inline
   * @param variables its own variables
   */
  static FunctionStart of(
      Values values,
      LazyRuntimes runtimes,
      String function,
      String runtime,
      Path code,
      Map<String, String> variables) {
    String inline = values.find(ManagedOptions.INLINE_CODE);
    ManagedRuntimes all = runtimes.with(values.get(ManagedOptions.RUNTIMES));
    try {
      Launch launch =
          all.launch(
              new FunctionCode(
                  function,
                  runtime,
                  values.find(Options.HANDLER),
                  inline == null ? new Source.OnDisk(code) : new Source.Inline(inline),
                  values.get(ManagedOptions.LAYERS),
                  variables,
                  values.get(Options.MEMORY)));
      return new FunctionStart(
          launch.command(),
          launch.taskRoot(),
          launch.environment(),
          launch.variables(),
          launch.layerRoot(),
          null,
          launch.notices().stream().map(ManagedStart::message).toList());
    } catch (UnusableRuntimeException e) {
      String reason = String.valueOf(e.getMessage());
      Message message =
          new Message(LogLevel.WARN, "function '" + function + "' cannot run: " + reason);
      return new FunctionStart(
          List.of(), code, Map.of(), variables, null, reason, List.of(message));
    }
  }

  private static Message message(Notice notice) {
    return new Message(notice.warning() ? LogLevel.WARN : LogLevel.INFO, notice.text());
  }
}
