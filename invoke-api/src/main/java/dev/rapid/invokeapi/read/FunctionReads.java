package dev.rapid.invokeapi.read;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.invokeapi.read.ReadRequest.Asked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ListFunctions, GetFunction and GetFunctionConfiguration (contract invoke-api, section 6.2). */
final class FunctionReads {

  private static final String ALL = "ALL";

  /** A version that a list shows. */
  private record Listed(ServedFunction function, String version, String arn) {

    Map<String, Object> configuration(CodeFacts code) {
      return FunctionConfiguration.of(function, version, arn, code);
    }
  }

  /** ListFunctions: with {@code FunctionVersion=ALL} the published versions too. */
  Map<String, Object> list(ReadRequest request) {
    String which = request.parameter("FunctionVersion");
    if (which != null) {
      request.constraints().oneOf("functionVersion", which, List.of(ALL));
    }
    Page.Wanted wanted = Page.Wanted.of(request, Page.MAX_ASKED);
    request.constraints().check();
    List<Listed> all = new ArrayList<>();
    for (ServedFunction each : request.catalogue().functions()) {
      FunctionIdentity identity = each.function().identity();
      if (which == null) {
        all.add(new Listed(each, identity.version(), identity.arn()));
      } else {
        all.addAll(versionsOf(each));
      }
    }
    return wanted
        .of(all, Listed::arn)
        .body("Functions", listed -> listed.configuration(request.code()));
  }

  /** ListVersionsByFunction. */
  Map<String, Object> versions(ReadRequest request) {
    Page.Wanted wanted = Page.Wanted.of(request, Page.MAX_ASKED);
    return wanted
        .of(versionsOf(request.function().function()), Listed::arn)
        .body("Versions", listed -> listed.configuration(request.code()));
  }

  private static List<Listed> versionsOf(ServedFunction function) {
    FunctionIdentity identity = function.function().identity();
    List<String> versions = new ArrayList<>();
    versions.add(identity.version());
    for (PublishedVersion each : function.function().versions().published()) {
      versions.add(each.version());
    }
    return versions.stream()
        .map(version -> new Listed(function, version, identity.arn() + ":" + version))
        .toList();
  }

  /** GetFunctionConfiguration. */
  Map<String, Object> configuration(ReadRequest request) {
    return configuration(request, request.function());
  }

  private static Map<String, Object> configuration(ReadRequest request, Asked asked) {
    return FunctionConfiguration.of(asked.function(), asked.version(), asked.arn(), request.code());
  }

  /** GetFunction. */
  Map<String, Object> get(ReadRequest request) {
    Asked asked = request.function();
    ServedFunction function = asked.function();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("Configuration", configuration(request, asked));
    members.put("Code", code(function));
    Map<String, Object> tags = SettingReads.tagsOf(function);
    if (!tags.isEmpty()) {
      members.put("Tags", tags);
    }
    Map<String, Object> concurrency = SettingReads.concurrencyOf(function);
    if (!concurrency.isEmpty()) {
      members.put("Concurrency", concurrency);
    }
    return members;
  }

  private static Object code(ServedFunction function) {
    Object detail = function.profile().details().get(FunctionConfiguration.CODE);
    if (detail != null) {
      return detail;
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("RepositoryType", "S3");
    Path code = function.profile().code();
    if (code != null) {
      members.put("Location", code.toUri().toString());
    }
    return members;
  }
}
