package dev.rapid.templates;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a template is read with.
 *
 * @param parameters values of parameters, and of pseudo parameters such as {@code AWS::StackName};
 *     they count more than defaults
 * @param referenceValues what references give, by {@code LogicalId}, {@code LogicalId.Attribute},
 *     the name of an export, or a dynamic reference such as {@code ssm:/name:1}
 * @param variables environment variables by a name of a function, or by {@code Parameters} for all
 *     functions; they count more than those of the template
 * @param layers directories and archives by the ARN of a layer that is not in the template
 * @param region the region, null for the usual one or the one that the CDK app says
 * @param accountId the account, null for the usual one or the one that the CDK app says
 * @param apiEndpoint where APIs are, without a slash at the end
 * @param callersEndpoint where the Invoke API and function URLs are, without a slash at the end
 * @param baseDirectory where relative paths in templates start, null for the directory of each
 *     template
 * @param keepsConditional whether resources exist whose condition is false
 */
public record TemplateOptions(
    Map<String, String> parameters,
    Map<String, String> referenceValues,
    Map<String, Map<String, String>> variables,
    Map<String, Path> layers,
    @Nullable String region,
    @Nullable String accountId,
    String apiEndpoint,
    String callersEndpoint,
    @Nullable Path baseDirectory,
    boolean keepsConditional) {

  /** Without choices of the user. */
  public static final TemplateOptions DEFAULT = builder().build();

  /** Copies the maps. */
  public TemplateOptions {
    parameters = Map.copyOf(parameters);
    referenceValues = Map.copyOf(referenceValues);
    variables = Map.copyOf(variables);
    layers = Map.copyOf(layers);
  }

  /** Returns a builder without choices. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds options. */
  public static final class Builder {

    private final Map<String, String> parameters = new HashMap<>();
    private final Map<String, String> referenceValues = new HashMap<>();
    private final Map<String, Map<String, String>> variables = new HashMap<>();
    private final Map<String, Path> layers = new HashMap<>();
    private @Nullable String region;
    private @Nullable String accountId;
    private String apiEndpoint = "http://127.0.0.1:3000";
    private String callersEndpoint = "http://127.0.0.1:8080";
    private @Nullable Path baseDirectory;
    private boolean keepsConditional;

    private Builder() {}

    /** Sets the value of a parameter or a pseudo parameter. */
    public Builder parameter(String name, String value) {
      parameters.put(name, value);
      return this;
    }

    /** Sets the values of parameters. */
    public Builder parameters(Map<String, String> values) {
      parameters.putAll(values);
      return this;
    }

    /** Sets what references give, for example {@code Queue.QueueUrl} or {@code Queue}. */
    public Builder referenceValues(Map<String, String> values) {
      referenceValues.putAll(values);
      return this;
    }

    /** Sets environment variables of a function, or of all with the name {@code Parameters}. */
    public Builder variables(String function, Map<String, String> values) {
      variables.put(function, Map.copyOf(values));
      return this;
    }

    /** Sets where the content of a layer is that the template does not have. */
    public Builder layer(String arn, Path content) {
      layers.put(arn, content);
      return this;
    }

    /** Sets the region, null for the usual one. */
    public Builder region(@Nullable String value) {
      region = value;
      return this;
    }

    /** Sets the account, null for the usual one. */
    public Builder accountId(@Nullable String value) {
      accountId = value;
      return this;
    }

    /** Sets where APIs are, for example {@code http://127.0.0.1:3000}. */
    public Builder apiEndpoint(String value) {
      apiEndpoint = value;
      return this;
    }

    /** Sets where callers of functions go, for example {@code http://127.0.0.1:8080}. */
    public Builder callersEndpoint(String value) {
      callersEndpoint = value;
      return this;
    }

    /** Sets where relative paths in templates start, null for the directory of each template. */
    public Builder baseDirectory(@Nullable Path value) {
      baseDirectory = value;
      return this;
    }

    /** Sets whether resources exist whose condition is false. */
    public Builder keepsConditional(boolean value) {
      keepsConditional = value;
      return this;
    }

    /** Returns the options. */
    public TemplateOptions build() {
      return new TemplateOptions(
          parameters,
          referenceValues,
          variables,
          layers,
          region,
          accountId,
          apiEndpoint,
          callersEndpoint,
          baseDirectory,
          keepsConditional);
    }
  }
}
