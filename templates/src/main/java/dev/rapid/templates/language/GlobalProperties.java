package dev.rapid.templates.language;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The properties that {@code Globals} may have (contract templates-and-runtimes, section 2). */
final class GlobalProperties {

  static final List<String> SECTIONS =
      List.of(
          "Function",
          "Api",
          "HttpApi",
          "SimpleTable",
          "StateMachine",
          "LayerVersion",
          "CapacityProvider",
          "WebSocketApi",
          "MicrovmImage",
          "NetworkConnector");

  /** Sections that are not here may have any property. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.of(
          "Function",
          words(
              "Handler Runtime CodeUri DeadLetterQueue Description MemorySize Timeout VpcConfig"
                  + " Environment Tags PropagateTags Tracing KmsKeyArn AutoPublishAlias"
                  + " AutoPublishAliasAllProperties Layers DeploymentPreference RolePath"
                  + " PermissionsBoundary ReservedConcurrentExecutions"
                  + " ProvisionedConcurrencyConfig AssumeRolePolicyDocument EventInvokeConfig"
                  + " FileSystemConfigs CodeSigningConfigArn Architectures SnapStart"
                  + " EphemeralStorage FunctionUrlConfig RuntimeManagementConfig LoggingConfig"
                  + " RecursiveLoop SourceKMSKeyArn TenancyConfig DurableConfig"
                  + " CapacityProviderConfig FunctionScalingConfig PublishToLatestPublished"
                  + " VersionDeletionPolicy"),
          "Api",
          words(
              "Auth Name DefinitionUri CacheClusterEnabled CacheClusterSize MergeDefinitions"
                  + " Variables EndpointConfiguration MethodSettings BinaryMediaTypes"
                  + " MinimumCompressionSize Cors GatewayResponses AccessLogSetting CanarySetting"
                  + " TracingEnabled OpenApiVersion Domain AlwaysDeploy PropagateTags"
                  + " SecurityPolicy EndpointAccessMode"),
          "HttpApi",
          words(
              "Auth AccessLogSettings StageVariables Tags CorsConfiguration DefaultRouteSettings"
                  + " Domain RouteSettings FailOnWarnings PropagateTags"),
          "LayerVersion",
          words("PublishLambdaVersion"),
          "SimpleTable",
          words("SSESpecification"));

  /** Properties of the resource that a resource must have by itself. */
  private static final Map<String, Set<String>> REFUSED =
      Map.of(
          "Function",
          words(
              "Role FunctionName Policies Events InlineCode PackageType ImageUri ImageConfig"
                  + " AutoPublishCodeSha256 VersionDescription"),
          "Api",
          words(
              "StageName DefinitionBody Description Tags Policy ApiKeySourceType Models Mode"
                  + " DisableExecuteApiEndpoint FailOnWarnings"),
          "HttpApi",
          words("StageName Name Description DefinitionBody DefinitionUri"),
          "LayerVersion",
          words(
              "LayerName ContentUri Description CompatibleRuntimes CompatibleArchitectures"
                  + " LicenseInfo RetentionPolicy"),
          "SimpleTable",
          words("TableName PrimaryKey ProvisionedThroughput Tags"));

  private GlobalProperties() {}

  static boolean isKnown(String section, String property) {
    Set<String> allowed = ALLOWED.get(section);
    return allowed == null || allowed.contains(property);
  }

  static boolean isRefused(String section, String property) {
    return REFUSED.getOrDefault(section, Set.of()).contains(property);
  }

  private static Set<String> words(String text) {
    return Set.of(text.split(" "));
  }
}
