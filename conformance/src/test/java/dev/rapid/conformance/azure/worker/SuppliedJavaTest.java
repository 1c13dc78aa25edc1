package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.ClientProject;
import java.nio.file.Path;

/** A worker for Java that a person has: the functions are in files of the host. */
final class SuppliedJavaTest extends WorkerTest {

  @Override
  AzureApp prepare() {
    Path worker = SuppliedWorker.directory("RAPID_AZURE_JAVA_WORKER");
    ClientProject project = ClientProject.of("azure-java", "mvn", "java");
    project.install("mvn", "-B", "-q", "package");
    return AzureApp.in(project.directory()).azure("workerDirectory", worker);
  }

  @Override
  String failure(String body) {
    return "IllegalStateException: " + body;
  }
}
