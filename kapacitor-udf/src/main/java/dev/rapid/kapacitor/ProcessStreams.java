package dev.rapid.kapacitor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The stdout and the stdin of an agent's process.
 *
 * @param fromAgent ends with the process
 */
record ProcessStreams(InputStream fromAgent, OutputStream toAgent) implements AgentStreams {

  private static final Logger LOG = System.getLogger(ProcessStreams.class.getName());

  @Override
  public boolean isConnection() {
    return false;
  }

  /** What reads and writes ends with the process, which is gone when this is called. */
  @Override
  public void close() {
    try {
      fromAgent.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The stdout of an agent could not be closed", e);
    }
  }
}
