package dev.rapid.runtimeapi;

import java.time.Instant;

/**
 * The credentials of the function's role.
 *
 * @param accessKeyId the public part
 * @param secretAccessKey the secret part
 * @param sessionToken the session token of temporary credentials; empty for others
 * @param expiration when they expire
 */
public record RoleCredentials(
    String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {

  /** Late enough for "never", and a date that every client can read and convert. */
  private static final Instant FAR_FUTURE = Instant.parse("2099-12-31T23:59:59Z");

  /** Creates credentials without a known expiration. */
  public RoleCredentials(String accessKeyId, String secretAccessKey, String sessionToken) {
    this(accessKeyId, secretAccessKey, sessionToken, FAR_FUTURE);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "RoleCredentials[" + accessKeyId + ", until " + expiration + "]";
  }
}
