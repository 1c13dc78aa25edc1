package dev.rapid.azure;

import dev.rapid.azure.app.FunctionIndex;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.WorkerLog;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a session needs.
 *
 * @param generation of the worker's process
 * @param start what the process gets on its command line
 * @param environment of a process of the app, asked for at its restore
 * @param sandbox takes what happens
 * @param log takes what the worker says for the log of its function
 */
public record SessionSetup(
    int generation,
    WorkerStart start,
    WorkerSettings settings,
    FunctionIndex index,
    Supplier<Map<String, String>> environment,
    Consumer<SandboxEvent> sandbox,
    WorkerLog log) {}
