package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.structure;
import static dev.rapid.cli.config.OptionBuilder.value;

import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.WorkerContract;
import java.util.ArrayList;
import java.util.List;

/** The table of the options for the Fn Project: what workers speak, and its load balancers. */
public final class FnOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  private static final String LAMBDA_RUNTIME_API = "lambda-runtime-api";
  private static final String FN_HTTP_STREAM = "fn-http-stream";
  private static final String LAMBDA = "lambda";
  private static final String FN_FDK = "fn-fdk";

  /** What the command of the command line speaks. */
  public static final Option<WorkerContract> WORKER =
      value("worker", "KIND", FnOptions::worker)
          .notInFiles()
          .otherwise(LAMBDA)
          .help(
              TABLE,
              "What COMMAND is: lambda for a runtime of Lambda, or fn-fdk for a function with an"
                  + " FDK of the Fn Project.");

  /** What a function of the file speaks. */
  public static final Option<WorkerContract> CONTRACT =
      value("contract", "CONTRACT", FnOptions::contract)
          .pattern("^(" + LAMBDA_RUNTIME_API + "|" + FN_HTTP_STREAM + ")$")
          .onlyInFiles()
          .ofFunction()
          .otherwise(LAMBDA_RUNTIME_API)
          .help(
              TABLE,
              "What the command speaks: "
                  + LAMBDA_RUNTIME_API
                  + ", or "
                  + FN_HTTP_STREAM
                  + " for a function with an FDK of the Fn Project.");

  /** Which calls of Fn are for a function. */
  public static final Option<Value> FN =
      structure("fn")
          .onlyInFunctions()
          .help(TABLE, "Which calls of a load balancer of the Fn Project are for the function.");

  /** The front end for load balancers of Fn. */
  public static final Option<Value> FN_RUNNER =
      structure("fnRunner")
          .help(TABLE, "Takes calls of a load balancer of the Fn Project, as one of its runners.");

  private FnOptions() {}

  private static WorkerContract worker(String text) {
    return switch (text) {
      case LAMBDA -> WorkerContract.LAMBDA_RUNTIME_API;
      case FN_FDK -> WorkerContract.FN_HTTP_STREAM;
      default -> throw new IllegalArgumentException("is neither " + LAMBDA + " nor " + FN_FDK);
    };
  }

  private static WorkerContract contract(String text) {
    return switch (text) {
      case LAMBDA_RUNTIME_API -> WorkerContract.LAMBDA_RUNTIME_API;
      case FN_HTTP_STREAM -> WorkerContract.FN_HTTP_STREAM;
      default ->
          throw new IllegalArgumentException(
              "is neither " + LAMBDA_RUNTIME_API + " nor " + FN_HTTP_STREAM);
    };
  }
}
