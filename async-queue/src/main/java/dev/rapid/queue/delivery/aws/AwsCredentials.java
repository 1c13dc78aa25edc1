package dev.rapid.queue.delivery.aws;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What signs requests to services.
 *
 * @param sessionToken null for credentials that do not expire
 */
public record AwsCredentials(
    String accessKeyId, String secretAccessKey, @Nullable String sessionToken) {

  /** Emulators of services take any. */
  private static final AwsCredentials ANY = new AwsCredentials("rapid", "rapid", null);

  /** Returns the credentials of an environment, or any if it has none. */
  public static AwsCredentials of(Map<String, String> environment) {
    String id = environment.get("AWS_ACCESS_KEY_ID");
    String secret = environment.get("AWS_SECRET_ACCESS_KEY");
    return id == null || secret == null
        ? ANY
        : new AwsCredentials(id, secret, environment.get("AWS_SESSION_TOKEN"));
  }

  @Override
  public String toString() {
    return accessKeyId;
  }
}
