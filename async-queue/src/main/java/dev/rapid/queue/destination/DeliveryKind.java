package dev.rapid.queue.destination;

import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;

/** What a delivery to a destination is. */
public enum DeliveryKind {

  /** The record of an invocation that has succeeded. */
  SUCCESS,

  /** The record of an invocation that was given up. */
  FAILURE,

  /** The payload of an invocation that was given up. */
  DEAD_LETTER;

  /** Returns what an entry of a destination's lane is. */
  public static DeliveryKind of(StoredEntry delivery) {
    String name = delivery.attributes().get(Attributes.DELIVERY);
    return name == null ? FAILURE : valueOf(name);
  }
}
