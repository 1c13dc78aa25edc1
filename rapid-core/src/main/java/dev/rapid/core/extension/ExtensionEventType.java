package dev.rapid.core.extension;

/** What an extension can subscribe to; the names are those of the wire. */
public enum ExtensionEventType {
  /** An invocation begins. */
  INVOKE,
  /** The sandbox is about to end; only external extensions can subscribe. */
  SHUTDOWN
}
