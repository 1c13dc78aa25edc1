package dev.rapid.invokeapi.read;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.Member;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.function.PublishedVersion;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The reads of aliases and of the provisioned concurrency of versions (contract invoke-api, section
 * 6.2).
 */
final class VersionReads {

  private static final int MAX_PROVISIONED = 50;
  private static final Pattern VERSION = Pattern.compile("(\\$LATEST(\\.PUBLISHED)?|[0-9]+)");
  private static final Pattern ALIAS = Pattern.compile("(?!^[0-9]+$)([a-zA-Z0-9-_]+)");
  private static final int MAX_ALIAS_LENGTH = 128;

  /** ListAliases. */
  Map<String, Object> aliases(ReadRequest request) {
    String version = request.parameter("FunctionVersion");
    if (version != null) {
      request.constraints().pattern("functionVersion", version, VERSION);
    }
    Page.Wanted wanted = Page.Wanted.of(request, Page.MAX_ASKED);
    ServedFunction function = request.function().function();
    List<FunctionAlias> all =
        function.function().versions().aliases().stream()
            .filter(each -> version == null || isOf(each, version))
            .toList();
    return wanted.of(all, FunctionAlias::name).body("Aliases", each -> members(function, each));
  }

  private static boolean isOf(FunctionAlias alias, String version) {
    return alias.version().equals(version) || alias.weights().containsKey(version);
  }

  /** GetAlias. */
  Map<String, Object> alias(ReadRequest request) {
    String name = request.segment(1);
    request.constraints().maxLength("name", name, MAX_ALIAS_LENGTH);
    request.constraints().pattern("name", name, ALIAS);
    ServedFunction function = request.function().function();
    FunctionAlias alias = function.function().versions().alias(name);
    if (alias == null) {
      throw new ServiceException(
          ServiceError.RESOURCE_NOT_FOUND,
          "Cannot find alias arn: " + function.function().identity().arn() + ":" + name);
    }
    return members(function, alias);
  }

  private static Map<String, Object> members(ServedFunction function, FunctionAlias alias) {
    FunctionDescription description = function.function().description().get();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("AliasArn", description.identity().arn() + ":" + alias.name());
    members.put("Name", alias.name());
    members.put("FunctionVersion", alias.version());
    members.put("Description", alias.description());
    if (!alias.weights().isEmpty()) {
      members.put("RoutingConfig", Map.of("AdditionalVersionWeights", alias.weights()));
    }
    members.put(
        "RevisionId",
        FunctionConfiguration.revisionId(description, function.profile(), alias.name()));
    return members;
  }

  // ------------------------------------------------------------------ provisioned concurrency

  /** Sandboxes that a version or an alias keeps initialised. */
  private record Provisioned(String qualifier, String version, int sandboxes) {}

  /**
   * ListProvisionedConcurrencyConfigs if the parameter {@code List} is {@code ALL}, else
   * GetProvisionedConcurrencyConfig.
   */
  Map<String, Object> provisioned(ReadRequest request) {
    if (!"ALL".equals(request.parameter("List"))) {
      return oneProvisioned(request);
    }
    Page.Wanted wanted = Page.Wanted.of(request, MAX_PROVISIONED);
    ServedFunction function = request.function().function();
    return wanted
        .of(provisionedOf(function), Provisioned::qualifier)
        .body(
            "ProvisionedConcurrencyConfigs",
            each -> {
              Map<String, Object> members = new LinkedHashMap<>();
              members.put(
                  "FunctionArn", function.function().identity().arn() + ":" + each.qualifier());
              members.putAll(members(function, each));
              return members;
            });
  }

  private static Map<String, Object> oneProvisioned(ReadRequest request) {
    ReadRequest.Asked asked = request.function();
    String qualifier = asked.qualifier();
    for (Provisioned each : provisionedOf(asked.function())) {
      if (each.qualifier().equals(qualifier)) {
        return members(asked.function(), each);
      }
    }
    throw new ServiceException(
        ServiceError.PROVISIONED_CONCURRENCY_CONFIG_NOT_FOUND,
        "No Provisioned Concurrency Config found for this function");
  }

  private static List<Provisioned> provisionedOf(ServedFunction function) {
    VersionedFunction versioned = function.function();
    FunctionIdentity identity = versioned.identity();
    List<Provisioned> all = new ArrayList<>();
    add(all, identity.version(), identity.version(), function.profile().provisioned());
    for (PublishedVersion each : versioned.versions().published()) {
      add(all, each.version(), each.version(), each.provisioned());
    }
    for (FunctionAlias each : versioned.versions().aliases()) {
      add(all, each.name(), each.version(), each.provisioned());
    }
    return all;
  }

  private static void add(List<Provisioned> all, String qualifier, String version, int sandboxes) {
    if (sandboxes > 0) {
      all.add(new Provisioned(qualifier, version, sandboxes));
    }
  }

  private static Map<String, Object> members(ServedFunction function, Provisioned each) {
    int ready = ready(function.function(), each.version());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("RequestedProvisionedConcurrentExecutions", each.sandboxes());
    members.put("AvailableProvisionedConcurrentExecutions", Math.min(ready, each.sandboxes()));
    members.put("AllocatedProvisionedConcurrentExecutions", Math.min(ready, each.sandboxes()));
    members.put("Status", ready < each.sandboxes() ? "IN_PROGRESS" : "READY");
    members.put("LastModified", Times.text(function.profile().modified()));
    return members;
  }

  /** Returns how many provisioned sandboxes of a version have been initialised. */
  private static int ready(VersionedFunction function, String version) {
    if (function.notRunnable() != null) {
      return 0;
    }
    Fleet fleet = function.pools().of(version).fleet();
    int ready = 0;
    for (Member each : fleet.members()) {
      Phase phase = each.sandbox().state().phase();
      ready += each.provisioned() && phase instanceof Phase.Serving ? 1 : 0;
    }
    return ready;
  }
}
