package dev.rapid.conformance;

import java.util.List;

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
  String handlerErrorType() {
    return "ValueError";
  }
}
