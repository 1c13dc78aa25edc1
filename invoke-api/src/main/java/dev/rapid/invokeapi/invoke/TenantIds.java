package dev.rapid.invokeapi.invoke;

import dev.rapid.invokeapi.errors.Constraints;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import io.undertow.server.HttpServerExchange;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code X-Amz-Tenant-Id} (contract invoke-api, section 1.3). */
public final class TenantIds {

  private static final String FIELD = "tenantId";
  private static final int MAX_LENGTH = 256;
  private static final Pattern PATTERN = Pattern.compile("[a-zA-Z0-9\\._:\\/=+\\-@ ]+");

  private TenantIds() {}

  /**
   * Returns the tenant of a request to a function URL. To a function that does not isolate tenants
   * the header is one like any other.
   *
   * @throws ServiceException if the function isolates tenants, and the header is missing or
   *     malformed
   */
  public static @Nullable String ofUrl(HttpServerExchange exchange, InvokedFunction function) {
    if (!function.isolatesTenants()) {
      return null;
    }
    Constraints constraints = new Constraints();
    String tenantId = read(exchange, constraints);
    constraints.check();
    check(function, tenantId);
    return tenantId;
  }

  /**
   * Reads the header.
   *
   * @param constraints receives its violations
   * @return null if there is none
   */
  static @Nullable String read(HttpServerExchange exchange, Constraints constraints) {
    String tenantId = exchange.getRequestHeaders().getFirst(InvokeHeaders.TENANT_ID);
    if (tenantId != null) {
      constraints.maxLength(FIELD, tenantId, MAX_LENGTH);
      constraints.pattern(FIELD, tenantId, PATTERN);
    }
    return tenantId;
  }

  /**
   * Checks that a request has a tenant if the function isolates tenants, and else none.
   *
   * @throws ServiceException if not
   */
  static void check(InvokedFunction function, @Nullable String tenantId) {
    if (function.isolatesTenants() && tenantId == null) {
      throw new ServiceException(
          ServiceError.INVALID_PARAMETER_VALUE,
          "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in"
              + " your request and try again.");
    }
    if (!function.isolatesTenants() && tenantId != null) {
      throw new ServiceException(
          ServiceError.INVALID_PARAMETER_VALUE,
          "The invoked function is not enabled with tenancy configuration. Remove the tenant ID"
              + " from your request and try again.");
    }
  }
}
