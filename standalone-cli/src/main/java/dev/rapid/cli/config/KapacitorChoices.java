package dev.rapid.cli.config;

import dev.rapid.cli.config.kapacitor.KapacitorReader;
import dev.rapid.cli.config.kapacitor.OptionText;
import dev.rapid.cli.config.kapacitor.UdfReader;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfOption;
import dev.rapid.kapacitor.ValueType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the options of a function say of Kapacitor. Other functions load nothing of it. */
final class KapacitorChoices {

  private KapacitorChoices() {}

  /**
   * Returns how the agent of a function is spoken with.
   *
   * @param name the name of the function
   * @param command its command, which is empty if the agent is reached at a socket
   * @throws UsageException if something is wrong
   */
  static KapacitorSettings agent(
      Values values, ProcessContext context, String name, List<String> command) {
    Value structure = values.find(KapacitorOptions.KAPACITOR);
    KapacitorSettings settings =
        structure == null
            ? KapacitorSettings.DEFAULT
            : KapacitorReader.read(
                structure, directory(values, KapacitorOptions.KAPACITOR, context));
    Path socket = values.find(KapacitorOptions.UDF_SOCKET);
    if (socket != null) {
      settings = settings.withSocket(socket);
    }
    List<UdfOption> options =
        values.get(KapacitorOptions.UDF_OPTION).stream().map(OptionText::parse).toList();
    if (!options.isEmpty()) {
      settings = settings.withOptions(options);
    }
    if ((settings.socket() == null) == command.isEmpty()) {
      throw new UsageException(
          "Function '"
              + name
              + (command.isEmpty()
                  ? "' has neither a command nor a socket of an agent"
                  : "' has both a command and a socket of an agent"),
          "An agent of Kapacitor is a COMMAND, which Rapid starts, or listens on a socket: "
              + KapacitorOptions.UDF_SOCKET
              + ", or 'socket' below '"
              + KapacitorOptions.KAPACITOR.key()
              + "' in the file.");
    }
    return settings;
  }

  /**
   * Returns how a function of a file is exposed on a socket, null if it is not.
   *
   * @throws UsageException if something is wrong
   */
  static @Nullable UdfExposure onSocket(Values values, ProcessContext context) {
    Value structure = values.find(KapacitorOptions.UDF);
    if (structure == null) {
      return null;
    }
    UdfExposure exposure =
        UdfReader.read(structure, directory(values, KapacitorOptions.UDF, context));
    if (exposure.socket() == null) {
      throw new UsageException(
          structure.place() + ": 'udf' needs a member 'socket'",
          "Or let Kapacitor start 'rapid udf', which uses stdin and stdout.");
    }
    return exposure;
  }

  /**
   * Returns how a function is exposed over stdin and stdout.
   *
   * @throws UsageException if something is wrong
   */
  static UdfExposure onStreams(Values values, ProcessContext context) {
    Value structure = values.find(KapacitorOptions.UDF);
    UdfExposure exposure =
        structure == null
            ? UdfExposure.DEFAULT
            : UdfReader.read(structure, directory(values, KapacitorOptions.UDF, context));
    String wants = values.find(KapacitorOptions.UDF_WANTS);
    String provides = values.find(KapacitorOptions.UDF_PROVIDES);
    Map<String, List<ValueType>> accepts = values.get(KapacitorOptions.UDF_ACCEPTS);
    return exposure.onStreams(
        wants == null ? exposure.wants() : UdfReader.edge(wants),
        provides == null ? exposure.provides() : UdfReader.edge(provides),
        accepts.isEmpty() ? exposure.options() : accepts);
  }

  /** Names of files in a structure are relative to its file. */
  private static Path directory(Values values, Option<Value> option, ProcessContext context) {
    Path ofFile = values.written(option).origin().directory();
    return ofFile == null ? context.directory() : ofFile;
  }
}
