package dev.rapid.kapacitor;

/**
 * The agent of a function.
 *
 * @param function the name of the function
 * @param state what the sandboxes of the function have saved
 * @param snapStart whether a sandbox takes a snapshot after its init, and restores it before its
 *     first invocation
 */
public record AgentSetup(
    String function, KapacitorSettings settings, SavedState state, boolean snapStart) {}
