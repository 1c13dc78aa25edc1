package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.ClientProject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The worker that PyPI has, {@code azure-functions-worker} 1.1.9, and the app for it. Newer
 * versions of protobuf than 3.20 can't read its generated code.
 */
final class PublishedPython {

  private static final List<String> REQUIREMENTS =
      List.of(
          "--no-deps",
          "grpcio==1.85.3",
          "protobuf==3.20.3",
          "azure-functions==1.5.0",
          "azure-functions-worker==1.1.9");

  private PublishedPython() {}

  /** Returns the app with its worker. */
  static AzureApp app() throws IOException {
    PythonVersion python = PythonVersion.atLeast(11);
    Path packages = python.install("azure-functions-worker", REQUIREMENTS);
    return AzureApp.in(directory())
        .command(python.program(), "-m", "azure_functions_worker")
        .workerVariable("PYTHONPATH", packages)
        .azure("language", "python");
  }

  static Path directory() {
    return ClientProject.of("azure-python-v1").directory();
  }
}
