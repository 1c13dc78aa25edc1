package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** AWS's runtime client for Python, {@code awslambdaric}. */
final class PythonClientTest extends RuntimeClientTest {

  @Override
  ClientProject prepare() {
    return install();
  }

  static ClientProject install() {
    ClientProject project = ClientProject.of("python", "python3");
    return project
        .install("python3", "-m", "venv", "environment")
        .install(
            project.path("environment/bin/pip"),
            "install",
            "-q",
            "--disable-pip-version-check",
            "awslambdaric==4.2.2");
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of(python(project), "-m", "awslambdaric", handler);
  }

  /** Returns the interpreter that has the client. */
  static String python(ClientProject project) {
    return project.path("environment/bin/python");
  }

  /** The client polls on a thread of its own, and so sees SIGTERM, only in this environment. */
  @Override
  List<String> options() {
    return List.of("--env=AWS_EXECUTION_ENV=AWS_Lambda_python3.12");
  }

  @Override
  String initErrorType() {
    return "ValueError";
  }

  @Override
  boolean hasSeveralWorkers() {
    return true;
  }

  @Override
  String handlerErrorType() {
    return "ValueError";
  }

  @Test
  void a_shared_runtime_survives_the_crash_of_a_worker_process() {
    try (Rapid rapid = serveShared("--timeout=60")) {
      assertEchoes(rapid, 50, 8);

      Answer crash = rapid.invoke(event("exit", Map.of("status", 3)));

      assertThat(crash.functionError()).isEqualTo("Unhandled");
      assertThat(crash.text())
          .contains("Runtime.ExitError", "Runtime exited without providing a reason");
      assertThat(crash.took()).isLessThan(Duration.ofSeconds(20));
      assertEchoes(rapid, 100, 16);
      assertThat(rapid.output().split("Init Duration", -1)).hasSize(2);
    }
  }
}
