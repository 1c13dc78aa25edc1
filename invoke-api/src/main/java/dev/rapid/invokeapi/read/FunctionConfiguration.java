package dev.rapid.invokeapi.read;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.LogFormat;
import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.lambda.async.Destination;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The object that describes a version of a function (contract invoke-api, section 6.1; contract
 * templates-and-runtimes, section 8.2). What Rapid knows is as it is; for the rest, the details of
 * the settings are stronger than the usual values.
 */
final class FunctionConfiguration {

  /** Details that are members of other objects. */
  static final String TAGS = "Tags";

  static final String CODE = "Code";

  private static final String DEFAULT_RUNTIME = "provided.al2023";
  private static final String DESCRIPTION = "Description";
  private static final String CODE_SIZE = "CodeSize";
  private static final String CODE_SHA256 = "CodeSha256";
  private static final String LOGGING = "LoggingConfig";
  private static final String PACKAGE_TYPE = "PackageType";
  private static final String IMAGE = "Image";

  private FunctionConfiguration() {}

  /**
   * Returns the members of the object.
   *
   * @param version {@code $LATEST} or a number
   * @param arn the ARN to show
   */
  static Map<String, Object> of(ServedFunction served, String version, String arn, CodeFacts code) {
    FunctionProfile profile = served.profile();
    FunctionDescription description = served.function().description().get();
    FunctionIdentity identity = description.identity();
    boolean image = IMAGE.equals(profile.details().get(PACKAGE_TYPE));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("FunctionName", identity.name());
    members.put("FunctionArn", arn);
    if (!image) {
      members.put("Runtime", profile.runtime() == null ? DEFAULT_RUNTIME : profile.runtime());
    }
    members.put("Role", "arn:aws:iam::" + identity.accountId() + ":role/local");
    if (!image && !description.handler().isEmpty()) {
      members.put("Handler", description.handler());
    }
    putCode(members, profile, code);
    members.put(DESCRIPTION, "");
    members.put("Timeout", Math.max(1, description.timeout().toSeconds()));
    members.put("MemorySize", description.memoryMegabytes());
    members.put("LastModified", Times.text(profile.modified()));
    members.put("Version", version);
    if (!profile.variables().isEmpty()) {
      members.put("Environment", Map.of("Variables", new TreeMap<>(profile.variables())));
    }
    members.put("TracingConfig", Map.of("Mode", "PassThrough"));
    members.put("RevisionId", revisionId(description, profile, version));
    putState(members, served.function().notRunnable());
    members.put(PACKAGE_TYPE, "Zip");
    members.put("Architectures", List.of("x86_64"));
    members.put("EphemeralStorage", Map.of("Size", 512));
    members.put("SnapStart", snapStart(profile, version));
    members.put(LOGGING, logging(description, profile));
    Destination deadLetters = served.async().deadLetters();
    if (deadLetters != null) {
      members.put("DeadLetterConfig", Map.of("TargetArn", deadLetters.name()));
    }
    if (profile.isolatesTenants()) {
      members.put("TenancyConfig", Map.of("TenantIsolationMode", "PER_TENANT"));
    }
    putDetails(members, profile.details());
    putDescriptionOfVersion(members, served.function().versions(), version);
    return members;
  }

  /** The files are not looked at if the details have both members. */
  private static void putCode(
      Map<String, Object> members, FunctionProfile profile, CodeFacts code) {
    Map<String, Object> details = profile.details();
    if (!details.containsKey(CODE_SIZE) || !details.containsKey(CODE_SHA256)) {
      CodeFacts.Fact fact = code.of(profile.code());
      members.put(CODE_SIZE, fact.size());
      members.put(CODE_SHA256, fact.sha256());
    }
  }

  private static void putState(Map<String, Object> members, @Nullable String notRunnable) {
    if (notRunnable == null) {
      members.put("State", "Active");
      members.put("LastUpdateStatus", "Successful");
      return;
    }
    for (String state : List.of("State", "LastUpdateStatus")) {
      members.put(state, "Failed");
      members.put(state + "Reason", notRunnable);
      members.put(state + "ReasonCode", "InvalidConfiguration");
    }
  }

  /** A version is optimised when it is published; {@code $LATEST} never is. */
  private static Map<String, Object> snapStart(FunctionProfile profile, String version) {
    boolean optimised = profile.snapStart() && !version.equals(FunctionIdentity.LATEST);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("ApplyOn", profile.snapStart() ? "PublishedVersions" : "None");
    members.put("OptimizationStatus", optimised ? "On" : "Off");
    return members;
  }

  private static Map<String, Object> logging(
      FunctionDescription description, FunctionProfile profile) {
    boolean json = description.logFormat() == LogFormat.JSON;
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("LogFormat", json ? "JSON" : "Text");
    if (json) {
      members.put("ApplicationLogLevel", "INFO");
      members.put("SystemLogLevel", "INFO");
    }
    String group = profile.logGroup();
    members.put("LogGroup", group == null ? "/aws/lambda/" + description.identity().name() : group);
    if (profile.details().get(LOGGING) instanceof Map<?, ?> chosen) {
      chosen.forEach((name, value) -> {
        if (value != null) {
          members.put(String.valueOf(name), value);
        }
      });
    }
    return members;
  }

  private static void putDetails(Map<String, Object> members, Map<String, Object> details) {
    for (String optional : List.of("Role", DESCRIPTION, CODE_SIZE, CODE_SHA256, "TracingConfig")) {
      replace(members, details, optional);
    }
    for (String optional : List.of(PACKAGE_TYPE, "Architectures", "EphemeralStorage")) {
      replace(members, details, optional);
    }
    new TreeMap<>(details)
        .forEach((name, value) -> {
          if (!name.equals(TAGS) && !name.equals(CODE)) {
            members.putIfAbsent(name, value);
          }
        });
  }

  private static void replace(
      Map<String, Object> members, Map<String, Object> details, String name) {
    Object detail = details.get(name);
    if (detail != null) {
      members.put(name, detail);
    }
  }

  private static void putDescriptionOfVersion(
      Map<String, Object> members, FunctionVersions versions, String version) {
    PublishedVersion published = versions.version(version);
    if (published != null && !published.description().isEmpty()) {
      members.put(DESCRIPTION, published.description());
    }
  }

  /** Another one after each change. */
  static String revisionId(
      FunctionDescription description, FunctionProfile profile, String qualifier) {
    String text =
        description.identity().arn()
            + ":"
            + qualifier
            + ":"
            + description.revision()
            + ":"
            + profile.modified();
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
