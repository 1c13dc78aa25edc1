package dev.rapid.kapacitor.agent;

/** The host has sent a message that it may not send now. The message says which. */
final class HostViolation extends Exception {

  private static final long serialVersionUID = 1L;

  HostViolation(String message) {
    super(message);
  }
}
