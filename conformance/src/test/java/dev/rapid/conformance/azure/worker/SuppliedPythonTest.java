package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.ClientProject;
import java.nio.file.Path;

/** A worker for Python that a person has: it finds the functions by their decorators. */
final class SuppliedPythonTest extends WorkerTest {

  @Override
  AzureApp prepare() {
    Path worker = SuppliedWorker.directory("RAPID_AZURE_PYTHON_WORKER");
    return AzureApp.in(ClientProject.of("azure-python-v2").directory())
        .azure("workerDirectory", worker);
  }

  @Override
  String failure(String body) {
    return "ValueError: " + body;
  }
}
