package dev.rapid.conformance.azure.worker;

import java.nio.file.Path;

/**
 * A program in Go that a person has built with Azure's package for it, in a directory with its
 * {@code worker.config.json} and {@code host.json}. It has the functions of {@link WorkerTest}.
 */
final class SuppliedGoTest extends WorkerTest {

  @Override
  AzureApp prepare() {
    Path worker = SuppliedWorker.directory("RAPID_AZURE_GO_WORKER");
    return AzureApp.in(worker).azure("workerDirectory", worker);
  }

  @Override
  String failure(String body) {
    return body;
  }
}
