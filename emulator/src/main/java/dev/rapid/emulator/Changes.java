package dev.rapid.emulator;

import java.util.List;

/**
 * What {@link Rapid#apply} has changed. All lists are in the order of the settings.
 *
 * @param renewed the names of the functions that have new sandboxes
 * @param added the names of the functions that have come
 * @param removed the names of the functions that end
 * @param unapplied what takes effect only when Rapid is started again, for people
 */
public record Changes(
    List<String> renewed, List<String> added, List<String> removed, List<String> unapplied) {

  /** Copies the lists. */
  public Changes {
    renewed = List.copyOf(renewed);
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    unapplied = List.copyOf(unapplied);
  }

  /** Returns whether nothing has changed, and nothing would with a new start. */
  public boolean isEmpty() {
    return renewed.isEmpty() && added.isEmpty() && removed.isEmpty() && unapplied.isEmpty();
  }
}
