package dev.rapid.templates.language;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a stack is deployed with.
 *
 * @param parameters values of the user, of parameters and of pseudo parameters such as {@code
 *     AWS::StackName}; they win
 * @param stackParameters values that the parent of a nested stack gives; a list is a text with
 *     commas
 * @param referenceValues values of the user for {@code LogicalId}, {@code LogicalId.Attribute}, the
 *     name of an export, and a dynamic reference such as {@code ssm:/name:1}
 * @param includeDirectories where the files of {@code AWS::Include} are searched, the template's
 *     directory first
 */
public record Deployment(
    String region,
    String accountId,
    String stackName,
    Map<String, String> parameters,
    Map<String, String> stackParameters,
    Map<String, String> referenceValues,
    List<Path> includeDirectories) {

  /** Copies the maps and the list. */
  public Deployment {
    parameters = Map.copyOf(parameters);
    stackParameters = Map.copyOf(stackParameters);
    referenceValues = Map.copyOf(referenceValues);
    includeDirectories = List.copyOf(includeDirectories);
  }

  /** Returns a deployment without values of the user. */
  public static Deployment of(String region, String accountId, String stackName) {
    return new Deployment(region, accountId, stackName, Map.of(), Map.of(), Map.of(), List.of());
  }

  /** Returns the partition of the region: {@code aws}, {@code aws-cn} or {@code aws-us-gov}. */
  public String partition() {
    if (region.startsWith("cn-")) {
      return "aws-cn";
    }
    return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  }

  /** Returns the domain of the services' endpoints, such as {@code amazonaws.com}. */
  public String urlSuffix() {
    return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  }

  /** Returns this deployment with other values of the user for parameters. */
  public Deployment withParameters(Map<String, String> values) {
    return new Deployment(
        region, accountId, stackName, values, stackParameters, referenceValues, includeDirectories);
  }

  /** Returns this deployment with other values of the parent stack. */
  public Deployment withStackParameters(Map<String, String> values) {
    return new Deployment(
        region, accountId, stackName, parameters, values, referenceValues, includeDirectories);
  }

  /** Returns this deployment with other values of the user for references. */
  public Deployment withReferenceValues(Map<String, String> values) {
    return new Deployment(
        region, accountId, stackName, parameters, stackParameters, values, includeDirectories);
  }

  /** Returns this deployment with other directories of included files. */
  public Deployment withIncludeDirectories(List<Path> directories) {
    return new Deployment(
        region, accountId, stackName, parameters, stackParameters, referenceValues, directories);
  }
}
