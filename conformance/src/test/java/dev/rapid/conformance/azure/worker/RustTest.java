package dev.rapid.conformance.azure.worker;

import dev.rapid.conformance.ClientProject;
import java.nio.file.Path;

/**
 * The crate {@code azure-functions} 0.11.0, a worker that Azure does not make: it announces
 * nothing, has no ids in its messages, and ends at each message that it does not know.
 */
final class RustTest extends WorkerTest {

  @Override
  AzureApp prepare() {
    ClientProject project = ClientProject.of("azure-rust", "cargo").install("cargo", "build", "-q");
    Path app = project.directory().resolve("app");
    project.install("target/debug/worker", "init", "--script-root", app.toString());
    return AzureApp.in(app)
        .azure("workerDirectory", app.resolve("workers/rust"))
        .azure("argumentStyle", "old");
  }

  /** The text of a panic is only in the log. */
  @Override
  String failure(String body) {
    return "Azure Function panicked: see log for more information.";
  }
}
