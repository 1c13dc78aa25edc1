package dev.rapid.gateway.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a REST API changes one of its own answers (contract http-front-door, section 6.2).
 *
 * @param status null for the usual one
 * @param parameters {@code gatewayresponse.header.NAME} to {@code 'TEXT'} or to a place in the
 *     request, for example {@code method.request.header.Origin}
 * @param templates content type to the template of the body
 */
public record GatewayResponse(
    @Nullable Integer status, Map<String, String> parameters, Map<String, String> templates) {

  /** Copies the maps. */
  public GatewayResponse {
    parameters = Map.copyOf(parameters);
    templates = Map.copyOf(templates);
  }
}
