package dev.rapid.emulator.settings;

/** What the program speaks that handles a function's invocations. */
public enum WorkerContract {
  /** The Lambda Runtime API over HTTP (contract runtime-extensions-telemetry, section 1). */
  LAMBDA_RUNTIME_API,
  /** Fn's http-stream format: HTTP over a Unix socket (contract fn-runner, section 2). */
  FN_HTTP_STREAM,
  /** The worker protocol of Azure Functions over gRPC (contract azure-functions-worker). */
  AZURE_FUNCTIONS,
  /** The protocol of Kapacitor's user-defined functions (contract kapacitor-udf, section 8). */
  KAPACITOR_UDF;

  /** Returns whether the payload of an invocation can be passed on while it arrives. */
  public boolean streamsPayloads() {
    return this == FN_HTTP_STREAM;
  }
}
