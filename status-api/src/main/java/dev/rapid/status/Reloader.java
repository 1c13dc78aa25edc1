package dev.rapid.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Renews functions when a client asks for it ({@code POST /_rapid/reload}). */
public interface Reloader {

  /**
   * Reads the settings again, if they come from a file, and gives functions new sandboxes. May
   * block.
   *
   * @param function the only function to renew, with the settings that it has; null for all, with
   *     settings that are read again
   */
  Result reload(@Nullable String function);

  /** What a reload has done. */
  sealed interface Result {}

  /**
   * The functions are renewed.
   *
   * @param renewed the names of functions with new sandboxes
   * @param added the names of functions that have come
   * @param removed the names of functions that end
   * @param unapplied what takes effect only when Rapid is started again, for people
   */
  record Reloaded(
      List<String> renewed, List<String> added, List<String> removed, List<String> unapplied)
      implements Result {}

  /** There is no such function. */
  record UnknownFunction(String message) implements Result {}

  /**
   * The settings are invalid, or the functions cannot be renewed; everything goes on as before.
   *
   * @param problems what is wrong, each in one line, with its place if it is known
   */
  record Refused(List<String> problems) implements Result {}
}
