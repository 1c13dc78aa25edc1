package dev.rapid.runtimeapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that a runtime with SnapStart asks for, instead of finding them in its
 * environment, where a restore could not replace them (contract runtime-extensions-telemetry,
 * section 1.8).
 */
public final class CredentialStore {

  private final String token = UUID.randomUUID().toString();
  private volatile RoleCredentials credentials;

  /** Creates a store with a token of its own. */
  public CredentialStore(RoleCredentials credentials) {
    this.credentials = credentials;
  }

  /** Returns what a runtime must show, for {@code AWS_CONTAINER_AUTHORIZATION_TOKEN}. */
  public String token() {
    return token;
  }

  /** Returns the credentials that are given out now. */
  public RoleCredentials credentials() {
    return credentials;
  }

  /** Gives out {@code next} from now on, for the same token. */
  public void replace(RoleCredentials next) {
    credentials = next;
  }

  /** Returns the credentials for {@code given}, null if it is not the token. */
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
