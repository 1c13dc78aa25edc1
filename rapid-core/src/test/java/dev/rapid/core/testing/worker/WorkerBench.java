package dev.rapid.core.testing.worker;

import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.VirtualTime;

/** A sandbox behind a protocol, in virtual time, with processes that only the test ends. */
public interface WorkerBench extends AutoCloseable {

  /** Returns the sandbox, which is cold in the beginning. */
  Sandbox sandbox();

  /** Returns its processes. */
  FakeProcesses processes();

  /** Returns its time. */
  VirtualTime time();

  /** Connects a worker. */
  ScriptedWorker connect();

  @Override
  void close();
}
