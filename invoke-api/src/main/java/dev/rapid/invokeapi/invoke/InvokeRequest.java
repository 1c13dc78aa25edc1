package dev.rapid.invokeapi.invoke;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.http.request.PercentEncoding;
import dev.rapid.http.request.RequestBody;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.invokeapi.errors.Constraints;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.FunctionReference;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an invoke request, checked (contract invoke-api, sections 1.1 to 1.5).
 *
 * @param target what is invoked
 * @param invocationType one of {@link InvocationType#ALL}
 * @param clientContext the decoded client context, null if there is none
 * @param tenantId the tenant, null if there is none
 * @param logTail whether the caller waits for the response and wants the end of the log too
 * @param maxBodyBytes the limit of the body in bytes
 */
public record InvokeRequest(
    InvokedVersion target,
    String invocationType,
    @Nullable String clientContext,
    @Nullable String tenantId,
    boolean logTail,
    int maxBodyBytes) {

  private static final String LOG_TAIL = "Tail";
  private static final List<String> LOG_TYPES = List.of("None", LOG_TAIL);

  /** Reads and checks the head of one kind of request. */
  @FunctionalInterface
  public interface Parser {

    /**
     * Reads and checks the head, in the service's order.
     *
     * @param segment the path segment with the function's name, undecoded
     * @throws ServiceException if the request is refused
     */
    InvokeRequest parse(HttpServerExchange exchange, String segment, CallContext context);
  }

  /** As of {@link Parser}, for the operation Invoke. */
  public static InvokeRequest parse(
      HttpServerExchange exchange, String segment, CallContext context) {
    String type = exchange.getRequestHeaders().getFirst(InvokeHeaders.INVOCATION_TYPE);
    return parse(
        exchange,
        segment,
        context,
        type,
        InvocationType.EVENT.equals(type)
            ? Limits.MAX_EVENT_REQUEST_BYTES
            : Limits.MAX_REQUEST_BYTES);
  }

  /** As of {@link Parser}, for the operation InvokeAsync (contract invoke-api, section 4.3). */
  public static InvokeRequest parseAsync(
      HttpServerExchange exchange, String segment, CallContext context) {
    return parse(
        exchange, segment, context, InvocationType.EVENT, Limits.MAX_INVOKE_ASYNC_REQUEST_BYTES);
  }

  /**
   * As of {@link Parser}, for a streamed response, whose callers choose no type (contract
   * invoke-api, section 3.1).
   */
  public static InvokeRequest parseStreaming(
      HttpServerExchange exchange, String segment, CallContext context) {
    String type = exchange.getRequestHeaders().getFirst(InvokeHeaders.INVOCATION_TYPE);
    boolean dryRun = context.strictness().model() && InvocationType.DRY_RUN.equals(type);
    return parse(exchange, segment, context, dryRun ? type : null, Limits.MAX_REQUEST_BYTES);
  }

  private static InvokeRequest parse(
      HttpServerExchange exchange,
      String segment,
      CallContext context,
      @Nullable String wantedType,
      int maxBodyBytes) {
    HeaderMap headers = exchange.getRequestHeaders();
    String requestId = headers.getFirst(InvokeHeaders.REQUEST_ID);
    if (requestId != null && !Identifiers.isUuid(requestId)) {
      throw new ServiceException(
          ServiceError.INVALID_REQUEST_CONTENT, "The request id must be a valid UUID.");
    }

    Constraints constraints = new Constraints();
    String query = RequestQuery.parameter(exchange, "Qualifier");
    String qualifier = query == null || query.isEmpty() ? null : PercentEncoding.decode(query);
    FunctionReference reference =
        FunctionNames.parse(segment, qualifier, context.functions(), constraints);
    String type = wantedType;
    if (type == null) {
      type = InvocationType.REQUEST_RESPONSE;
    } else {
      constraints.oneOf("invocationType", type, InvocationType.ALL);
    }
    String logType = headers.getFirst(InvokeHeaders.LOG_TYPE);
    if (logType != null) {
      constraints.oneOf("logType", logType, LOG_TYPES);
    }
    String tenantId = TenantIds.read(exchange, constraints);
    constraints.check();
    if (reference == null) {
      throw new AssertionError("A bad name is a violated constraint");
    }

    VersionedFunction named = context.functions().named(reference.name());
    FunctionIdentity identity = named == null ? context.functions().home() : named.identity();
    context.strictness().check(reference, headers.getFirst(Headers.AUTHORIZATION), identity);
    FunctionReference function = FunctionNames.resolve(reference, qualifier);
    long size = RequestBody.announcedLength(exchange);
    if (size > maxBodyBytes) {
      throw tooLarge(type, size, maxBodyBytes);
    }
    InvokedVersion target =
        named == null ? null : named.target(function.qualifier(), context.random());
    if (target == null) {
      throw notFound(function, identity);
    }
    TenantIds.check(target.function(), tenantId);
    String clientContext = headers.getFirst(InvokeHeaders.CLIENT_CONTEXT);
    return new InvokeRequest(
        target,
        type,
        clientContext == null ? null : ClientContext.decode(clientContext),
        tenantId,
        LOG_TAIL.equals(logType) && type.equals(InvocationType.REQUEST_RESPONSE),
        maxBodyBytes);
  }

  /** Returns the refusal of a body of {@code size} bytes. */
  ServiceException tooLarge(long size) {
    return tooLarge(invocationType, size, maxBodyBytes);
  }

  private static ServiceException tooLarge(String invocationType, long size, int limit) {
    return new ServiceException(
        ServiceError.REQUEST_ENTITY_TOO_LARGE,
        invocationType.equals(InvocationType.EVENT) && size <= Limits.MAX_REQUEST_BYTES
            ? size
                + " byte payload is too large for the Event invocation type (limit "
                + limit
                + " bytes)"
            : "Request must be smaller than "
                + Limits.MAX_REQUEST_BYTES
                + " bytes for the InvokeFunction operation");
  }

  private static ServiceException notFound(FunctionReference function, FunctionIdentity identity) {
    String qualifier = function.qualifier();
    return new ServiceException(
        ServiceError.RESOURCE_NOT_FOUND,
        "Function not found: "
            + identity.arnOf(function.name())
            + ":"
            + (qualifier == null ? FunctionIdentity.LATEST : qualifier));
  }
}
