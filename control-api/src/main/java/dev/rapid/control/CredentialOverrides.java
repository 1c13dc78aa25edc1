package dev.rapid.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that a client of the control API sets for the function.
 *
 * @param accessKeyId null for the emulator's own; empty is a value
 * @param secretAccessKey null for the emulator's own; empty is a value
 * @param sessionToken null for the emulator's own; empty is a value
 * @param expiry the expiration that the credentials endpoint reports, null for none
 */
public record CredentialOverrides(
    @Nullable String accessKeyId,
    @Nullable String secretAccessKey,
    @Nullable String sessionToken,
    @Nullable Instant expiry) {

  /** Does not show the secrets. */
  @Override
  public String toString() {
    return "CredentialOverrides[" + accessKeyId + ", expiry=" + expiry + "]";
  }
}
