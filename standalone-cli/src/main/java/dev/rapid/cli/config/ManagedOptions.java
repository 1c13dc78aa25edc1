package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.choice;
import static dev.rapid.cli.config.OptionBuilder.inContext;
import static dev.rapid.cli.config.OptionBuilder.list;
import static dev.rapid.cli.config.OptionBuilder.listInContext;
import static dev.rapid.cli.config.OptionBuilder.named;
import static dev.rapid.cli.config.OptionBuilder.structure;
import static dev.rapid.cli.config.OptionBuilder.value;
import static dev.rapid.cli.config.OptionBuilder.variables;

import dev.rapid.cli.config.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The table of the options of functions whose command follows from their runtime and code, of what
 * callers can read about a function, and of templates, which describe such functions.
 */
public final class ManagedOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  // ------------------------------------------------------------------ where functions come from

  /** The template whose functions are served. */
  public static final Option<String> TEMPLATE =
      value("template", "FILE|DIR", text -> text)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .notInFiles()
          .help(
              TABLE,
              "SAM or CloudFormation template whose functions and APIs are served; or a directory"
                  + " with one, with the output of 'sam build' or with that of 'cdk synth'.");

  /** Values of the template's parameters. */
  public static final Option<Map<String, String>> PARAMETER =
      variables("parameter", "NAME=VALUE")
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .notInFiles()
          .help(TABLE, "Value of a parameter of the template; may be given several times.");

  /** What references of the template give that cannot be resolved locally. */
  public static final Option<Map<String, String>> REFERENCE =
      variables("reference", "NAME=VALUE")
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .notInFiles()
          .help(
              TABLE,
              "Value of a reference in the template, for example Table=my-table or"
                  + " Table.Arn=arn:aws:...; may be given several times.");

  /** What the template's paths are relative to. */
  public static final Option<Path> BASE_DIR =
      inContext("base-dir", "DIR", Conversions::directory)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .notInFiles()
          .help(
              TABLE,
              "Directory that paths in the template are relative to. Default: the template's.");

  /** A file of SAM with variables of functions. */
  public static final Option<Map<String, Map<String, String>>> ENV_VARS =
      inContext("env-vars", "FILE", EnvVarsFile::read)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.CONFIG)
          .notInFiles()
          .help(
              TABLE,
              "JSON file with variables of functions, as of 'sam local': {\"NAME\": {\"VARIABLE\":"
                  + " \"value\"}, \"Parameters\": {...}}. 'Parameters' are of all functions.");

  // ------------------------------------------------------------------ what runs

  /** The managed runtime. */
  public static final Option<String> RUNTIME =
      value("runtime", "NAME", Conversions::runtime)
          .pattern("^[a-z][a-z0-9.]*$")
          .ofFunction()
          .help(
              TABLE,
              "Runtime of the function, for example python3.13, nodejs22.x, java21 or"
                  + " provided.al2023: Rapid finds what runs it. Not needed with a COMMAND.");

  /** Where the code is. */
  public static final Option<Path> CODE =
      inContext("code", "DIR|FILE", Conversions::code)
          .ofFunction()
          .help(
              TABLE,
              "Code of the function: a directory, which is also its working directory, or a .zip or"
                  + " .jar file. Default: the directory of the file, or the current one.");

  /** The code itself. */
  public static final Option<String> INLINE_CODE =
      value("inline-code", "TEXT", text -> text)
          .onlyInFunctions()
          .help(TABLE, "Code of the function itself, in Python or JavaScript, instead of 'code'.");

  /** What the function finds in {@code /opt}. */
  public static final Option<List<Path>> LAYERS =
      listInContext("layers", "DIR|FILE", Conversions::code)
          .ofFunction()
          .help(
              TABLE,
              "Layer of the function, a directory or a .zip file with what /opt has in the cloud;"
                  + " may be given several times, the last one counts most.");

  /** What runs a runtime. */
  public static final Option<Map<String, List<String>>> RUNTIMES =
      named("runtimes", "RUNTIME=COMMAND", Words::nonEmpty)
          .onlyIn(Command.SERVE, Command.INVOKE, Command.DOCTOR)
          .help(
              TABLE,
              "What starts the functions of a runtime, for example 'python3.13=/opt/py/bin/python3"
                  + " -m awslambdaric'; may be given several times.");

  /** Where the function finds services. */
  public static final Option<Map<String, String>> ENDPOINTS =
      named("endpoints", "SERVICE=URL", text -> Conversions.url(text).toString())
          .help(
              TABLE,
              "Where functions find an AWS service: AWS_ENDPOINT_URL_<SERVICE>; the service 'all'"
                  + " is AWS_ENDPOINT_URL. Default: 'lambda' is this Rapid; may be given several"
                  + " times.");

  // ------------------------------------------------------------------ what callers see

  /** Other names of the function. */
  public static final Option<List<String>> NAMES =
      list("names", "NAME", Conversions::otherName)
          .onlyInFunctions()
          .help(TABLE, "Other names that the function answers to.");

  /** Published versions. */
  public static final Option<Value> VERSIONS =
      structure("versions")
          .onlyInFunctions()
          .help(
              TABLE,
              "Published versions, which all run the same code: a list of {version: \"1\","
                  + " description: TEXT}.");

  /** Aliases. */
  public static final Option<Value> ALIASES =
      structure("aliases")
          .onlyInFunctions()
          .help(
              TABLE,
              "Aliases: a name and its version, or {version: \"1\", weights: {\"2\": 0.1},"
                  + " description: TEXT}.");

  /** The alias that the function URL calls. */
  public static final Option<String> FUNCTION_URL_QUALIFIER =
      value("function-url-qualifier", "ALIAS", text -> text)
          .onlyIn(Command.SERVE)
          .ofFunction()
          .help(TABLE, "Alias that the function URL calls. Default: the function itself.");

  /** The log group. */
  public static final Option<String> LOG_GROUP =
      value("log-group", "NAME", text -> text)
          .ofFunction()
          .help(TABLE, "Log group that the function sees. Default: /aws/lambda/NAME.");

  /** The level of the function's own log. */
  public static final Option<ApplicationLogLevel> APPLICATION_LOG_LEVEL =
      choice("application-log-level", "LEVEL", List.of(ApplicationLogLevel.values()))
          .ofFunction()
          .help(
              TABLE,
              "Level of the function's own log, which it finds in AWS_LAMBDA_LOG_LEVEL: trace,"
                  + " debug, info, warn, error or fatal.");

  /** The level of the platform's records. */
  public static final Option<ApplicationLogLevel> SYSTEM_LOG_LEVEL =
      choice("system-log-level", "LEVEL", List.of(ApplicationLogLevel.values()))
          .ofFunction()
          .help(
              TABLE,
              "Level of the platform's records that GetFunctionConfiguration shows; Rapid writes"
                  + " all of them.");

  /** What {@code GetFunctionConfiguration} shows besides. */
  public static final Option<Value> DETAILS =
      structure("details")
          .onlyInFunctions()
          .help(
              TABLE,
              "Members that GetFunctionConfiguration shows as they are, for example {Role: ARN,"
                  + " Architectures: [arm64]}.");

  /** Why the function cannot run. */
  public static final Option<String> NOT_RUNNABLE =
      value("not-runnable", "REASON", text -> text)
          .onlyInFunctions()
          .help(
              TABLE,
              "Why the function cannot run here: it is listed, and an invocation fails with this"
                  + " reason.");

  private ManagedOptions() {}
}
