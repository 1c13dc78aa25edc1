package dev.rapid.invokeapi.read;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.http.request.PercentEncoding;
import dev.rapid.http.request.RequestQuery;
import dev.rapid.invokeapi.errors.Constraints;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.function.FunctionAlias;
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.invoke.FunctionNames;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.lambda.FunctionReference;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of one of the operations that do not invoke. */
final class ReadRequest {

  private final HttpServerExchange exchange;
  private final List<String> segments;
  private final CallContext context;
  private final Catalogue catalogue;
  private final Constraints constraints = new Constraints();
  private final CodeFacts code = new CodeFacts();

  /**
   * Creates a request.
   *
   * @param segments the variable segments of the path, undecoded, joined with a slash
   * @param catalogue the functions at the time of the request
   */
  ReadRequest(
      HttpServerExchange exchange, String segments, CallContext context, Catalogue catalogue) {
    this.exchange = exchange;
    this.segments = List.of(segments.split("/", -1));
    this.context = context;
    this.catalogue = catalogue;
  }

  /** Returns the functions at the time of the request. */
  Catalogue catalogue() {
    return catalogue;
  }

  /** Returns sizes and hashes of code, each computed once for this request. */
  CodeFacts code() {
    return code;
  }

  /** Returns a variable segment of the path, decoded. */
  String segment(int index) {
    return PercentEncoding.decode(segments.get(index));
  }

  /** Returns a parameter of the query, decoded; null if it is absent or empty. */
  @Nullable String parameter(String name) {
    String value = RequestQuery.parameter(exchange, name);
    return value == null || value.isEmpty() ? null : PercentEncoding.decode(value);
  }

  /** Returns where the caller has found Rapid, for example {@code http://localhost:8080}. */
  String origin() {
    return exchange.getRequestScheme() + "://" + exchange.getHostAndPort();
  }

  /** Returns what collects the violations of the parameters. */
  Constraints constraints() {
    return constraints;
  }

  /**
   * Returns the function that the first segment and the parameter {@code Qualifier} name.
   *
   * @throws ServiceException if there is none, or a parameter violates a constraint
   */
  Asked function() {
    return function(segments.getFirst(), parameter("Qualifier"));
  }

  /**
   * Returns the function that a text names.
   *
   * @param segment the name, undecoded
   * @param queryQualifier null if there is none
   * @throws ServiceException if there is none, or a parameter violates a constraint
   */
  Asked function(String segment, @Nullable String queryQualifier) {
    FunctionReference reference =
        FunctionNames.parse(segment, queryQualifier, context.functions(), constraints);
    constraints.check();
    if (reference == null) {
      throw new AssertionError("A bad name is a violated constraint");
    }
    VersionedFunction named = context.functions().named(reference.name());
    FunctionIdentity identity =
        (named == null ? catalogue.functions().getFirst().function() : named).identity();
    String signature = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    context.strictness().check(reference, signature, identity);
    String qualifier = FunctionNames.resolve(reference, queryQualifier).qualifier();
    ServedFunction served = named == null ? null : served(named);
    String version = served == null ? null : versionOf(served.function(), qualifier);
    if (served == null || version == null) {
      String arn = identity.arnOf(reference.name());
      throw new ServiceException(
          ServiceError.RESOURCE_NOT_FOUND,
          "Function not found: " + (qualifier == null ? arn : arn + ":" + qualifier));
    }
    return new Asked(served, qualifier, version);
  }

  private @Nullable ServedFunction served(VersionedFunction function) {
    String name = function.identity().name();
    for (ServedFunction each : catalogue.functions()) {
      if (each.function().identity().name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  private @Nullable String versionOf(VersionedFunction function, @Nullable String qualifier) {
    FunctionAlias alias = qualifier == null ? null : function.versions().alias(qualifier);
    return alias == null ? function.versionOf(qualifier, context.random()) : alias.version();
  }

  /**
   * A function as a request names it.
   *
   * @param qualifier null if the request has none
   * @param version {@code $LATEST} or a number; of an alias the one without a weight
   */
  record Asked(ServedFunction function, @Nullable String qualifier, String version) {

    /** Returns the ARN with the qualifier of the request, if it has one. */
    String arn() {
      String arn = function.function().identity().arn();
      return qualifier == null ? arn : arn + ":" + qualifier;
    }

    /** Returns the ARN with the qualifier of the request, or else the version. */
    String qualifiedArn() {
      return qualifier == null ? arn() + ":" + version : arn();
    }
  }
}
