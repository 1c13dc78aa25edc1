package dev.rapid.core.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * How a restore went (contract lifecycle-and-control, section 4.8).
 *
 * @param error the contract's name of the failure, null on success
 * @param restoreMillis how long the runtime's hook took
 */
public record RestoreResult(@Nullable String error, long restoreMillis) {

  /** The hook reported that it failed. */
  public static final String HOOK_ERROR = "errRestoreHookUserError";

  /** The credentials could not be replaced. */
  public static final String CREDENTIALS_ERROR = "errRestoreUpdateCredentials";
}
