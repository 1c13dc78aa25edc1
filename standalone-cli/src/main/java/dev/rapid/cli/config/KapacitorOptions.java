package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.inContext;
import static dev.rapid.cli.config.OptionBuilder.named;
import static dev.rapid.cli.config.OptionBuilder.severalNamed;
import static dev.rapid.cli.config.OptionBuilder.structure;
import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.cli.config.kapacitor.OptionText;
import dev.rapid.cli.config.kapacitor.UdfChecks;
import dev.rapid.cli.config.kapacitor.UdfReader;
import dev.rapid.cli.config.value.Value;
import dev.rapid.kapacitor.ValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The table of the options for Kapacitor: an agent as what runs a function, and a function as a
 * user-defined function. A file says all of it in two mappings (contract kapacitor-udf, sections
 * 8.2 and 11.1).
 */
public final class KapacitorOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  // The values of options are texts, and references to methods are lambdas, because a start would
  // load the classes of the protocol.

  /** Options for the agent, as {@link OptionText} reads them. */
  public static final Option<List<String>> UDF_OPTION =
      severalNamed("udf-option", "NAME=VALUE", text -> OptionText.checked(text))
          .onlyIn(Command.SERVE, Command.INVOKE)
          .notInFiles()
          .help(
              TABLE,
              "Option for an agent of Kapacitor; may be given several times, in the order in which"
                  + " the agent gets them. Commas separate several values, and '\\,' is a comma;"
                  + " NAME alone is an option without values.");

  /** Where the agent listens. */
  public static final Option<Path> UDF_SOCKET =
      inContext(
              "udf-socket", "FILE", (text, context) -> UdfChecks.socket(text, context.directory()))
          .onlyIn(Command.SERVE, Command.INVOKE)
          .notInFiles()
          .help(
              TABLE,
              "Socket on which an agent of Kapacitor listens that you have started, instead of a"
                  + " COMMAND.");

  /** All that a file says of an agent. */
  public static final Option<Value> KAPACITOR =
      structure("kapacitor")
          .onlyInFiles()
          .ofFunction()
          .help(TABLE, "How an agent of Kapacitor is spoken with.");

  /** How a function is exposed. */
  public static final Option<Value> UDF =
      structure("udf")
          .onlyInFunctions()
          .help(TABLE, "Exposes the function as a user-defined function of Kapacitor.");

  /** The edge that the user-defined function consumes, as {@link UdfReader} reads it. */
  public static final Option<String> UDF_WANTS =
      value("udf-wants", "EDGE", text -> UdfReader.checkedEdge(text))
          .onlyIn(Command.UDF)
          .notInFiles()
          .help(TABLE, "What the function consumes: stream or batch. Default: stream.");

  /** The edge that the user-defined function produces, as {@link UdfReader} reads it. */
  public static final Option<String> UDF_PROVIDES =
      value("udf-provides", "EDGE", text -> UdfReader.checkedEdge(text))
          .onlyIn(Command.UDF)
          .notInFiles()
          .help(TABLE, "What the function produces: stream or batch. Default: stream.");

  /** The options that scripts may set. */
  public static final Option<Map<String, List<ValueType>>> UDF_ACCEPTS =
      named("udf-accepts", "NAME=TYPE", text -> UdfReader.types(text))
          .onlyIn(Command.UDF)
          .notInFiles()
          .help(
              TABLE,
              "Option that a script may set, and the types of its arguments: bool, int, double,"
                  + " string or duration, with commas between them; may be given several times.");

  private KapacitorOptions() {}
}
