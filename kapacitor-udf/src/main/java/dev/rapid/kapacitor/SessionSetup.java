package dev.rapid.kapacitor;

import dev.rapid.core.sandbox.SandboxEvent;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session needs.
 *
 * @param generation of the agent's process
 * @param agent whose conversation it is
 * @param isInfoProbe whether the agent is only asked what it is (contract kapacitor-udf, section
 *     8.1)
 * @param info what a probe has found out, null if this agent is asked itself
 * @param restoresSavedState whether the agent continues from the last state that was saved, if
 *     there is one
 * @param lastErrors the last lines that the agent wrote to its log
 * @param sandbox takes what happens
 */
public record SessionSetup(
    int generation,
    AgentSetup agent,
    boolean isInfoProbe,
    @Nullable AgentInfo info,
    boolean restoresSavedState,
    Supplier<List<String>> lastErrors,
    Consumer<SandboxEvent> sandbox) {}
