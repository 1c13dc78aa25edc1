package dev.rapid.emulator.queue;

import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.telemetry.subscription.RecordStream;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function, as the queue sees it.
 *
 * @param settings the current settings
 * @param seats how many invocations the sandboxes of one version run at once
 * @param targets returns what an invocation with a qualifier runs; null stands for none. Throws an
 *     {@link IllegalArgumentException} if there is no such version or alias, and an {@link
 *     IllegalStateException} if the function cannot run
 * @param records get what becomes of its events
 */
public record QueuedFunction(
    Supplier<FunctionSettings> settings,
    IntSupplier seats,
    Function<@Nullable String, InvokedVersion> targets,
    RecordStream records) {}
