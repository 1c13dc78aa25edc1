package dev.rapid.kapacitor;

import java.io.InputStream;
import java.io.OutputStream;

/** Both directions of the conversation with an agent. Reading and writing may block at once. */
public interface AgentStreams {

  /** Returns what the agent sends; the end of it is the end of the agent's output. */
  InputStream fromAgent();

  /** Returns what the agent gets. To close it ends the agent's input, and nothing else. */
  OutputStream toAgent();

  /** Returns whether both are one connection to an agent that others have started. */
  boolean isConnection();

  /** Ends both directions at once, as far as a process that lives lets it. */
  void close();
}
