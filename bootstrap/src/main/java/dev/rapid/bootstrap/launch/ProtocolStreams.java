package dev.rapid.bootstrap.launch;

import dev.rapid.core.process.ProcessName;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes the stdin and the stdout of a process whose worker protocol runs over them. The stderr of
 * such a process is its log.
 */
@FunctionalInterface
public interface ProtocolStreams {

  /**
   * The process runs. Called before it counts as started; must not block. {@code fromWorker} ends
   * when no process holds its stdout any more, at the latest after the stop.
   *
   * @param toWorker the stdin of the process
   * @param fromWorker the stdout of the process
   */
  void opened(ProcessName process, OutputStream toWorker, InputStream fromWorker);
}
