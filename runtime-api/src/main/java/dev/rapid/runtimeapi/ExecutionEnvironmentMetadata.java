package dev.rapid.runtimeapi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the metadata endpoint says about the execution environment, and which callers it answers
 * (contract lambda-2026-additions, section 2).
 */
public final class ExecutionEnvironmentMetadata {

  /** The availability zone of a region whose name does not follow AWS's pattern. */
  private static final String DEFAULT_ZONE = "use1-az1";

  private static final Pattern REGION = Pattern.compile("[a-z]{2,}(-[a-z]+)+-[0-9]+");
  private static final String SCHEME = "Bearer ";

  private final String token = UUID.randomUUID().toString();
  private final Supplier<String> region;

  private ExecutionEnvironmentMetadata(Supplier<String> region) {
    this.region = region;
  }

  /**
   * Returns the metadata of an execution environment in the first zone of a region.
   *
   * @param region the region as it is configured now
   */
  public static ExecutionEnvironmentMetadata in(Supplier<String> region) {
    return new ExecutionEnvironmentMetadata(region);
  }

  /** Returns the token that a runtime must send, for {@code AWS_LAMBDA_METADATA_TOKEN}. */
  public String token() {
    return token;
  }

  /** Returns the zone, for example {@code use1-az1}. */
  String availabilityZoneId() {
    return firstZoneOf(region.get());
  }

  /**
   * Returns whether a request carries the token.
   *
   * @param authorization the header of that name, null if there is none
   */
  boolean isAuthorizedBy(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.ISO_8859_1),
            authorization.substring(SCHEME.length()).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Shortens the name of a region as AWS does: us-gov-west-1 is usgw1, ap-southeast-2 apse2. */
  private static String firstZoneOf(String region) {
    if (!REGION.matcher(region).matches()) {
      return DEFAULT_ZONE;
    }
    String[] parts = region.split("-", -1);
    StringBuilder id = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length - 1; i++) {
      id.append(parts[i].charAt(0));
      for (String second : new String[] {"east", "west"}) {
        if (parts[i].length() > second.length() && parts[i].endsWith(second)) {
          id.append(second.charAt(0));
        }
      }
    }
    return id.append(parts[parts.length - 1]).append("-az1").toString();
  }
}
