package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.ClientProject;
import java.nio.file.Path;

/** A worker for Node.js that a person has: its functions register themselves. */
final class SuppliedNodeTest extends WorkerTest {

  @Override
  AzureApp prepare() {
    Path worker = SuppliedWorker.directory("RAPID_AZURE_NODE_WORKER");
    ClientProject project = ClientProject.of("azure-node", "node", "npm");
    project.install("npm", "install", "--silent", "--no-audit", "--no-fund");
    return AzureApp.in(project.directory()).azure("workerDirectory", worker);
  }

  @Override
  String failure(String body) {
    return body;
  }
}
