package dev.rapid.runtimeapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that a runtime with SnapStart fetches. It does not have them in its environment,
 * where a restore could not replace them (contract runtime-extensions-telemetry, section 1.8).
 */
public final class CredentialStore {

  private final String token = UUID.randomUUID().toString();
  private volatile RoleCredentials credentials;

  /** Creates a store with a new token. */
  public CredentialStore(RoleCredentials credentials) {
    this.credentials = credentials;
  }

  /** Returns the token that a runtime must send, for {@code AWS_CONTAINER_AUTHORIZATION_TOKEN}. */
  public String token() {
    return token;
  }

  /** Returns the current credentials. */
  public RoleCredentials credentials() {
    return credentials;
  }

  /** Replaces the credentials; the token stays. */
  public void replace(RoleCredentials next) {
    credentials = next;
  }

  /** Returns the credentials if {@code given} is the token, else null. */
  @Nullable RoleCredentials forToken(@Nullable String given) {
    boolean known =
        given != null
            && MessageDigest.isEqual(
                token.getBytes(StandardCharsets.ISO_8859_1),
                given.getBytes(StandardCharsets.ISO_8859_1));
    return known ? credentials : null;
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "CredentialStore[" + credentials + "]";
  }
}
