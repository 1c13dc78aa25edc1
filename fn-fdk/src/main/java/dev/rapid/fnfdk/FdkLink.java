package dev.rapid.fnfdk;

/** What connects a sandbox to one process of its worker. */
public interface FdkLink {

  /**
   * Closes the connection.
   *
   * @param closed run when nothing more reaches the sandbox from here; on any thread
   */
  void close(Runnable closed);
}
