package dev.rapid.core.extension;

/** The call of an extension that subscribes to telemetry, waiting for its answer. */
public interface SubscribeCall extends ExtensionCall {

  /**
   * The extension is known; what it asked for decides about the rest.
   *
   * @param generation of the processes to which it belongs
   * @param extensionName the name by which it registered
   * @param open whether the init is not over yet, so that it may subscribe
   */
  void admit(int generation, String extensionName, boolean open);
}
