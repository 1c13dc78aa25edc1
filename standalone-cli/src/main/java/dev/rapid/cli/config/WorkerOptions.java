package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.emulator.settings.WorkerContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The table of the options that say what a worker speaks: not every function is one of Lambda. */
public final class WorkerOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  private static final String LAMBDA_RUNTIME_API = "lambda-runtime-api";
  private static final String FN_HTTP_STREAM = "fn-http-stream";
  private static final String LAMBDA = "lambda";
  private static final String FN_FDK = "fn-fdk";
  private static final String AZURE_FUNCTIONS = "azure-functions";
  private static final String KAPACITOR_UDF = "kapacitor-udf";

  private static final SequencedMap<String, WorkerContract> KINDS =
      new TreeMap<>(
          Map.of(
              LAMBDA, WorkerContract.LAMBDA_RUNTIME_API,
              FN_FDK, WorkerContract.FN_HTTP_STREAM,
              AZURE_FUNCTIONS, WorkerContract.AZURE_FUNCTIONS,
              KAPACITOR_UDF, WorkerContract.KAPACITOR_UDF));

  private static final SequencedMap<String, WorkerContract> CONTRACTS =
      new TreeMap<>(
          Map.of(
              LAMBDA_RUNTIME_API, WorkerContract.LAMBDA_RUNTIME_API,
              FN_HTTP_STREAM, WorkerContract.FN_HTTP_STREAM,
              AZURE_FUNCTIONS, WorkerContract.AZURE_FUNCTIONS,
              KAPACITOR_UDF, WorkerContract.KAPACITOR_UDF));

  /** What the command of the command line speaks. */
  public static final Option<WorkerContract> WORKER =
      value("worker", "KIND", text -> oneOf(KINDS, text))
          .notInFiles()
          .otherwise(LAMBDA)
          .help(
              TABLE,
              "What runs the function: lambda for a runtime of Lambda, fn-fdk for an FDK of the Fn"
                  + " Project, azure-functions for a language worker of Azure Functions, or"
                  + " kapacitor-udf for an agent of Kapacitor.");

  /** What a function of the file speaks. */
  public static final Option<WorkerContract> CONTRACT =
      value("contract", "CONTRACT", text -> oneOf(CONTRACTS, text))
          .pattern("^(" + String.join("|", CONTRACTS.keySet()) + ")$")
          .onlyInFiles()
          .ofFunction()
          .otherwise(LAMBDA_RUNTIME_API)
          .help(
              TABLE,
              "What the worker speaks: "
                  + LAMBDA_RUNTIME_API
                  + ", "
                  + FN_HTTP_STREAM
                  + " for a function with an FDK of the Fn Project, "
                  + AZURE_FUNCTIONS
                  + " for a language worker of Azure Functions, or "
                  + KAPACITOR_UDF
                  + " for an agent of Kapacitor.");

  private WorkerOptions() {}

  private static WorkerContract oneOf(SequencedMap<String, WorkerContract> known, String text) {
    WorkerContract contract = known.get(text);
    if (contract == null) {
      throw new IllegalArgumentException("is not one of " + String.join(", ", known.keySet()));
    }
    return contract;
  }
}
