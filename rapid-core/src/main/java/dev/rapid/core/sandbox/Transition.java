package dev.rapid.core.sandbox;

import java.util.List;

/**
 * The answer of the machine to one event.
 *
 * @param next the state afterwards
 * @param effects what to do, in order
 */
public record Transition(SandboxState next, List<Effect> effects) {}
