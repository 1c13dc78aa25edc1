package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.azure.PythonRuntimeWorker;

/** The Python engine of today: the new command line, the worker finds the functions. */
final class PythonRuntimeTest extends WorkerTest {

  @Override
  AzureApp prepare() {
    PythonRuntimeWorker worker = PythonRuntimeWorker.install();
    return AzureApp.in(ClientProject.of("azure-python-v2").directory())
        .workerVariable(PythonRuntimeWorker.PYTHON_VARIABLE, worker.python())
        .azure("workerDirectory", worker.directory());
  }

  @Override
  String failure(String body) {
    return "ValueError: " + body;
  }
}
