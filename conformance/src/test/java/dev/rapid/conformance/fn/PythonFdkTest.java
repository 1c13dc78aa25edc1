package dev.rapid.conformance.fn;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.PythonPackage;
import java.util.List;

/** Fn's FDK for Python. */
final class PythonFdkTest extends FdkTest {

  private String python = "";

  @Override
  ClientProject prepare() {
    python = PythonPackage.install("fdk==0.1.128", "fdk");
    return ClientProject.of("fn-python", "python3");
  }

  @Override
  List<String> command(ClientProject project) {
    return List.of(python, "-c", "from fdk.scripts.fdk import main; main()", "func.py", "handler");
  }

  @Override
  String version() {
    return "fdk-python/0.1.128";
  }
}
