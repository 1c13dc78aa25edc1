package dev.rapid.kapacitor;

import org.jspecify.annotations.Nullable;

/**
 * The last state that an agent of a function has given away, for all sandboxes of the function
 * (contract kapacitor-udf, sections 8.1 and 8.4). Thread-safe.
 */
public final class SavedState {

  private @Nullable Key owner;
  private byte[] bytes = {};

  /**
   * Which agents may continue from a state.
   *
   * @param optionsHash of the options that the agent was initialised with
   */
  public record Key(String function, UdfSchema schema, String optionsHash) {}

  /** Creates a store without a state. */
  public SavedState() {}

  /** Saves a state, in place of the one before. */
  public synchronized void save(Key key, byte[] state) {
    owner = key;
    bytes = state.clone();
  }

  /** Returns the last state of these agents, without bytes if there is none. */
  public synchronized byte[] last(Key key) {
    return key.equals(owner) ? bytes.clone() : new byte[0];
  }

  /** Forgets the state of these agents, from which one could not continue. */
  public synchronized void forget(Key key) {
    if (key.equals(owner)) {
      owner = null;
      bytes = new byte[0];
    }
  }
}
