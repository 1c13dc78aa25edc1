package dev.rapid.templates.resource;

import java.util.HashSet;
import java.util.Set;

/** The names of the properties of functions (contract templates-and-runtimes, section 5.1). */
final class FunctionProperties {

  /** Of both types. */
  private static final Set<String> COMMON =
      Set.of(
          "FunctionName",
          "Handler",
          "Runtime",
          "PackageType",
          "ImageConfig",
          "MemorySize",
          "Timeout",
          "Environment",
          "Layers",
          "Architectures",
          "EphemeralStorage",
          "Description",
          "Role",
          "VpcConfig",
          "FileSystemConfigs",
          "KmsKeyArn",
          "CodeSigningConfigArn",
          "ReservedConcurrentExecutions",
          "SnapStart",
          "LoggingConfig",
          "RuntimeManagementConfig",
          "RecursiveLoop",
          "Tags",
          "TenancyConfig",
          "DurableConfig",
          "CapacityProviderConfig",
          "FunctionScalingConfig",
          "PublishToLatestPublished");

  private static final Set<String> SERVERLESS =
      with(
          "CodeUri",
          "InlineCode",
          "ImageUri",
          "Policies",
          "AssumeRolePolicyDocument",
          "PermissionsBoundary",
          "RolePath",
          "Tracing",
          "SourceKMSKeyArn",
          "DeadLetterQueue",
          "ProvisionedConcurrencyConfig",
          "EventInvokeConfig",
          "FunctionUrlConfig",
          "AutoPublishAlias",
          "AutoPublishAliasAllProperties",
          "AutoPublishCodeSha256",
          "VersionDescription",
          "VersionDeletionPolicy",
          "DeploymentPreference",
          "PropagateTags",
          "Events");

  private static final Set<String> LAMBDA = with("Code", "TracingConfig", "DeadLetterConfig");

  /** Without effect here, although the function may depend on it. */
  static final Set<String> WITHOUT_EFFECT = Set.of("VpcConfig", "FileSystemConfigs", "ImageConfig");

  private FunctionProperties() {}

  /** Returns the properties of functions of SAM or of CloudFormation. */
  static Set<String> known(boolean ofSam) {
    return ofSam ? SERVERLESS : LAMBDA;
  }

  private static Set<String> with(String... names) {
    Set<String> all = new HashSet<>(COMMON);
    all.addAll(Set.of(names));
    return Set.copyOf(all);
  }
}
