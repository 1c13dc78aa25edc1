package dev.rapid.core.extension;

/**
 * Why a call of an extension is not obeyed (contract runtime-extensions-telemetry, sections 3.3 to
 * 3.7).
 */
public sealed interface ExtensionRefusal {

  /** An external extension asked for an event that does not exist. */
  record UnknownEvent(String event) implements ExtensionRefusal {}

  /** An internal extension asked for SHUTDOWN. */
  record ShutdownNotForInternal() implements ExtensionRefusal {}

  /** An internal extension of a runtime that invocations share asked for an event. */
  record NoEventsForInternal() implements ExtensionRefusal {}

  /** An internal extension came after the runtime had polled for the first time. */
  record RegistrationClosed() implements ExtensionRefusal {}

  /**
   * There are as many extensions as there may be.
   *
   * @param limit how many there may be
   */
  record TooManyExtensions(int limit) implements ExtensionRefusal {}

  /** An internal extension has the name of another extension. */
  record NameTaken() implements ExtensionRefusal {}

  /** No extension of the running generation has the identifier. */
  record UnknownIdentifier() implements ExtensionRefusal {}

  /**
   * The extension's state does not allow the call.
   *
   * @param from the state it is in
   * @param target the wire name of the state that the call asks for
   * @param changedMeanwhile whether the call was parked and the state changed under it
   */
  record InvalidState(ExtensionState from, String target, boolean changedMeanwhile)
      implements ExtensionRefusal {}

  /** Rapid itself cannot do what the call asks for. */
  record PlatformError() implements ExtensionRefusal {}
}
