package dev.rapid.emulator.settings;

import dev.rapid.core.sandbox.SandboxConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Options of a function's sandboxes.
 *
 * @param extensionsDirectory the directory of external extensions, null if there are none
 * @param extensionsCwd their working directory
 * @param extensionsSwitchedOff whether even internal extensions are refused (contract
 *     lifecycle-and-control, section 1.7)
 * @param snapStart whether the runtime is restored before its first invocation
 * @param restoreTimeout zero for no limit
 * @param shutdownGrace how long the runtime may take to end when Rapid ends
 * @param telemetry how the Telemetry API answers extensions
 */
public record SandboxOptions(
    @Nullable Path extensionsDirectory,
    Path extensionsCwd,
    boolean extensionsSwitchedOff,
    boolean snapStart,
    Duration restoreTimeout,
    Duration shutdownGrace,
    TelemetryMode telemetry) {

  /** Returns the options of a function without external extensions and without SnapStart. */
  public static SandboxOptions in(Path directory) {
    return new SandboxOptions(
        null,
        directory,
        false,
        false,
        SandboxConfig.DEFAULT_RESTORE_TIMEOUT,
        Duration.ZERO,
        TelemetryMode.ON);
  }

  /** Returns these options without external extensions. */
  public SandboxOptions withoutExternalExtensions() {
    return new SandboxOptions(
        null,
        extensionsCwd,
        extensionsSwitchedOff,
        snapStart,
        restoreTimeout,
        shutdownGrace,
        telemetry);
  }

  /** Returns these options with all extensions refused. */
  public SandboxOptions withExtensionsSwitchedOff() {
    return new SandboxOptions(
        null, extensionsCwd, true, snapStart, restoreTimeout, shutdownGrace, telemetry);
  }
}
