package dev.rapid.queue.store;

import org.jspecify.annotations.Nullable;

/** The storage of the queue cannot be used now, or at all. The message is one line for users. */
public final class StoreException extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean permanent;

  /**
   * Creates an exception.
   *
   * @param message what is wrong and what to do, one line
   * @param permanent whether trying again is of no use, for example because the password is wrong
   */
  public StoreException(String message, boolean permanent, @Nullable Throwable cause) {
    super(message, cause);
    this.permanent = permanent;
  }

  /** Returns whether trying again is of no use. */
  public boolean isPermanent() {
    return permanent;
  }
}
