package dev.rapid.conformance;

import java.util.List;

/** Rapid's own runtime for Python. */
final class OwnPythonRuntimeTest extends RuntimeClientTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("python", "python3");
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of("python3", Rapid.shipped("runtimes/python/start_rapid_runtime.py"), "", handler);
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
}
