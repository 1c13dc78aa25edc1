package dev.rapid.emulator.fn;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.RunnerFunction;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A function that calls may be for.
 *
 * @param name its name in the settings
 * @param binding which calls are for it
 * @param workers returns the function with the workers that a call may use; throws {@link
 *     IllegalArgumentException} if the environment of the call cannot be used
 * @param fleets all its sandboxes
 */
public record FnFunction(
    String name,
    FnBinding binding,
    Function<CallModel, RunnerFunction> workers,
    Supplier<List<Fleet>> fleets) {}
