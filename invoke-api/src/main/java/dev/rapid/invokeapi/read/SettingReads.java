package dev.rapid.invokeapi.read;

import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.read.ReadRequest.Asked;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.invokeapi.url.UrlAddress;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reads of concurrency, function URLs, asynchronous invocations, tags, policies and the account
 * (contract invoke-api, section 6.2).
 */
final class SettingReads {

  private static final int MAX_CONFIGURATIONS = 50;
  private static final Pattern TAGGABLE =
      Pattern.compile("arn:(aws[a-zA-Z-]*):lambda:[a-z0-9-]+:\\d{12}:function:[a-zA-Z0-9-_:$]+");

  /** The account's limits in the cloud, in bytes (contract invoke-api, section 6.2). */
  private static final long TOTAL_CODE_SIZE = 75L * 1024 * 1024 * 1024;

  private static final long CODE_SIZE_UNZIPPED = 250L * 1024 * 1024;
  private static final long CODE_SIZE_ZIPPED = 50L * 1024 * 1024;

  /** The account's limit of invocations at once in the cloud, if the program has none. */
  private static final int CONCURRENT_EXECUTIONS = 1000;

  /** GetFunctionConcurrency. */
  Map<String, Object> concurrency(ReadRequest request) {
    return concurrencyOf(request.function().function());
  }

  static Map<String, Object> concurrencyOf(ServedFunction function) {
    Integer reserved = function.profile().reserved();
    return reserved == null ? Map.of() : Map.of("ReservedConcurrentExecutions", reserved);
  }

  /** GetAccountSettings. */
  Map<String, Object> account(ReadRequest request) {
    long codeSize = 0;
    int reserved = 0;
    List<ServedFunction> functions = request.catalogue().functions();
    for (ServedFunction each : functions) {
      codeSize += request.code().of(each.profile().code()).size();
      Integer own = each.profile().reserved();
      reserved += own == null ? 0 : own;
    }
    Integer maxRunning = request.catalogue().maxRunning();
    int concurrent = maxRunning == null ? CONCURRENT_EXECUTIONS : maxRunning;
    Map<String, Object> limit = new LinkedHashMap<>();
    limit.put("TotalCodeSize", TOTAL_CODE_SIZE);
    limit.put("CodeSizeUnzipped", CODE_SIZE_UNZIPPED);
    limit.put("CodeSizeZipped", CODE_SIZE_ZIPPED);
    limit.put("ConcurrentExecutions", concurrent);
    limit.put("UnreservedConcurrentExecutions", Math.max(0, concurrent - reserved));
    Map<String, Object> usage = new LinkedHashMap<>();
    usage.put("TotalCodeSize", codeSize);
    usage.put("FunctionCount", functions.size());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("AccountLimit", limit);
    body.put("AccountUsage", usage);
    return body;
  }

  /** GetPolicy: there are no permissions. */
  Map<String, Object> policy(ReadRequest request) {
    Asked unused = request.function();
    throw new ServiceException(
        ServiceError.RESOURCE_NOT_FOUND, "The resource you requested does not exist.");
  }

  // ------------------------------------------------------------------ tags

  /** ListTags. */
  Map<String, Object> tags(ReadRequest request) {
    String resource = request.segment(0);
    request.constraints().pattern("resource", resource, TAGGABLE);
    request.constraints().check();
    Asked asked = request.function(resource, null);
    if (asked.qualifier() != null) {
      throw new ServiceException(
          ServiceError.INVALID_PARAMETER_VALUE,
          "Tags on function aliases and versions are not supported. Please specify a function"
              + " ARN.");
    }
    return Map.of("Tags", tagsOf(asked.function()));
  }

  static Map<String, Object> tagsOf(ServedFunction function) {
    Map<String, Object> tags = new LinkedHashMap<>();
    if (function.profile().details().get(FunctionConfiguration.TAGS) instanceof Map<?, ?> all) {
      all.forEach((name, value) -> tags.put(String.valueOf(name), String.valueOf(value)));
    }
    return tags;
  }

  // ------------------------------------------------------------------ function URLs

  /** GetFunctionUrlConfig. */
  Map<String, Object> url(ReadRequest request) {
    Asked asked = request.function();
    String of = asked.function().url().qualifier();
    if (of == null ? asked.qualifier() != null : !of.equals(asked.qualifier())) {
      throw new ServiceException(
          ServiceError.RESOURCE_NOT_FOUND, "The resource you requested does not exist.");
    }
    return urlOf(asked.function(), request);
  }

  /** ListFunctionUrlConfigs. */
  Map<String, Object> urls(ReadRequest request) {
    Page.Wanted wanted = Page.Wanted.of(request, MAX_CONFIGURATIONS);
    return wanted
        .of(List.of(request.function().function()), each -> each.function().identity().name())
        .body("FunctionUrlConfigs", each -> urlOf(each, request));
  }

  private static Map<String, Object> urlOf(ServedFunction function, ReadRequest request) {
    UrlSettings url = function.url();
    String arn = function.function().identity().arn();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(
        "FunctionUrl",
        request.origin() + UrlAddress.PREFIX + function.function().identity().name() + "/");
    members.put("FunctionArn", url.qualifier() == null ? arn : arn + ":" + url.qualifier());
    members.put("AuthType", url.signed() ? "AWS_IAM" : "NONE");
    CorsSettings cors = url.cors();
    if (cors != null) {
      members.put("Cors", corsOf(cors));
    }
    members.put("CreationTime", Times.text(function.profile().modified()));
    members.put("LastModifiedTime", Times.text(function.profile().modified()));
    members.put("InvokeMode", url.streaming() ? "RESPONSE_STREAM" : "BUFFERED");
    return members;
  }

  private static Map<String, Object> corsOf(CorsSettings cors) {
    Map<String, Object> members = new LinkedHashMap<>();
    if (cors.allowCredentials()) {
      members.put("AllowCredentials", true);
    }
    putUnlessEmpty(members, "AllowHeaders", cors.allowHeaders());
    putUnlessEmpty(members, "AllowMethods", cors.allowMethods());
    putUnlessEmpty(members, "AllowOrigins", cors.allowOrigins());
    putUnlessEmpty(members, "ExposeHeaders", cors.exposeHeaders());
    Integer maxAge = cors.maxAgeSeconds();
    if (maxAge != null) {
      members.put("MaxAge", maxAge);
    }
    return members;
  }

  private static void putUnlessEmpty(
      Map<String, Object> members, String name, List<String> values) {
    if (!values.isEmpty()) {
      members.put(name, values);
    }
  }

  // ------------------------------------------------------------------ asynchronous invocations

  /** GetFunctionEventInvokeConfig. */
  Map<String, Object> async(ReadRequest request) {
    Asked asked = request.function();
    if (!isConfigured(asked.function())) {
      throw new ServiceException(
          ServiceError.RESOURCE_NOT_FOUND,
          "The function " + asked.qualifiedArn() + " doesn't have an EventInvokeConfig");
    }
    return asyncOf(asked.function(), asked.qualifiedArn());
  }

  /** ListFunctionEventInvokeConfigs. */
  Map<String, Object> asyncs(ReadRequest request) {
    Page.Wanted wanted = Page.Wanted.of(request, MAX_CONFIGURATIONS);
    Asked asked = request.function();
    List<Asked> all = isConfigured(asked.function()) ? List.of(asked) : List.of();
    return wanted
        .of(all, Asked::qualifiedArn)
        .body("FunctionEventInvokeConfigs", each -> asyncOf(each.function(), each.qualifiedArn()));
  }

  private static boolean isConfigured(ServedFunction function) {
    AsyncSettings async = function.async();
    // Dead letters are a setting of the function itself.
    AsyncSettings withoutDeadLetters =
        new AsyncSettings(
            async.attempts(),
            async.retryBase(),
            async.maxAge(),
            async.onSuccess(),
            async.onFailure(),
            null);
    return !withoutDeadLetters.equals(AsyncSettings.DEFAULT);
  }

  private static Map<String, Object> asyncOf(ServedFunction function, String arn) {
    AsyncSettings async = function.async();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("LastModified", Times.epochSeconds(function.profile().modified()));
    members.put("FunctionArn", arn);
    members.put("MaximumRetryAttempts", async.attempts() - 1);
    members.put("MaximumEventAgeInSeconds", async.maxAge().toSeconds());
    Map<String, Object> destinations = new LinkedHashMap<>();
    destinations.put("OnSuccess", destination(async.onSuccess()));
    destinations.put("OnFailure", destination(async.onFailure()));
    members.put("DestinationConfig", destinations);
    return members;
  }

  private static Map<String, Object> destination(@Nullable Destination destination) {
    return destination == null ? Map.of() : Map.of("Destination", destination.name());
  }
}
