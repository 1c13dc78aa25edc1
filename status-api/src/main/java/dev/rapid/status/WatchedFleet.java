package dev.rapid.status;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.function.SandboxIdentity;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of one version of a function that the status pages show.
 *
 * @param fleet the sandboxes
 * @param sandboxes returns what the sandbox with a number is called, null if there is none any more
 */
public record WatchedFleet(Fleet fleet, IntFunction<@Nullable SandboxIdentity> sandboxes) {}
