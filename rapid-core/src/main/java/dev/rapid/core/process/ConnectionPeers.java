package dev.rapid.core.process;

/**
 * Finds the processes at the other end of connections, so that the end of one worker process is
 * noticed while its runtime goes on.
 */
@FunctionalInterface
public interface ConnectionPeers {

  /** Finds no process. */
  ConnectionPeers UNKNOWN = (clientPort, serverPort) -> ended -> {};

  /**
   * Begins to look for the process that has opened a connection, and returns at once. A process
   * that is not found is never said to have ended.
   *
   * @param clientPort the port of the other end, on this machine
   * @param serverPort our port of the connection
   */
  Peer find(int clientPort, int serverPort);

  /** The process at the other end of one connection. */
  @FunctionalInterface
  interface Peer {

    /**
     * The connection was closed. If its process is a worker of a runtime, and has ended or soon
     * ends, {@code ended} runs once, on any thread, after all that the process has sent was read.
     */
    void disconnected(Runnable ended);
  }
}
