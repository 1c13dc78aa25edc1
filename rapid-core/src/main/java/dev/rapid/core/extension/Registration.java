package dev.rapid.core.extension;

import java.util.List;

/**
 * What an extension says of itself when it registers.
 *
 * @param name the file name of an external extension, any other name for an internal one
 * @param events the events that it subscribes to, unchecked
 * @param id the identifier that it gets if it is accepted, a lower-case UUID
 */
public record Registration(String name, List<String> events, String id) {

  /** Copies the events. */
  public Registration {
    events = List.copyOf(events);
  }
}
