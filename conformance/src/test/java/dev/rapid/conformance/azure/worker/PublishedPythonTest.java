package dev.rapid.conformance.azure.worker;

import java.io.IOException;

/** The Python worker of PyPI: the old command line, the host finds the functions. */
final class PublishedPythonTest extends WorkerTest {

  @Override
  AzureApp prepare() throws IOException {
    return PublishedPython.app().variable("PYTHON_THREADPOOL_THREAD_COUNT", 8);
  }

  @Override
  String failure(String body) {
    return "ValueError: " + body;
  }
}
