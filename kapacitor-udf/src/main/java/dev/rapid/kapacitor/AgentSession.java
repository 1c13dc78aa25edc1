package dev.rapid.kapacitor;

import dev.rapid.core.process.ProcessExit;
import org.jspecify.annotations.Nullable;

/** The conversation with one process of an agent, or over one connection. Thread-safe. */
public interface AgentSession {

  /**
   * The agent can be spoken with. Returns at once.
   *
   * @param disconnected run when the agent's output has ended, and what that means for an
   *     invocation has reached the sandbox
   */
  void opened(AgentStreams streams, Runnable disconnected);

  /**
   * The agent cannot be started, or connected to.
   *
   * @param reported run when the sandbox has the error
   */
  void startFailed(String reason, Runnable reported);

  /**
   * The process of the agent has ended.
   *
   * @param reported run when what that means for an invocation has reached the sandbox
   */
  void exited(ProcessExit exit, Runnable reported);

  /** Ends the agent's input after all that it was sent; what it still says is read. */
  void end();

  /**
   * Drops what the agent was not sent yet, and ends its input.
   *
   * @return how the agent is ended if it does not end by itself
   */
  EndOfAgent abort();

  /** The process is stopped where it is, until {@link #thawed}: it cannot answer. */
  void frozen();

  /** The process goes on. */
  void thawed();

  /** Returns whether the agent has failed, so that a process that follows may need its state. */
  boolean hasFailed();

  /** Returns what a probe has found out, null if it has not, or if this is no probe. */
  @Nullable AgentInfo probedInfo();

  /**
   * Ends everything.
   *
   * @param closed run when nothing more reaches the sandbox from here; on any thread
   */
  void close(Runnable closed);
}
